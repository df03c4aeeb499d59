import type { Instance } from '../../model/instance.ts';
import { siblingsOf } from '../kinds.ts';

/** An instance in which node classes that differ in nothing but capacity are one. */
export interface Folded {
  readonly instance: Instance;
  readonly group: Int32Array; // classes of the whole instance → classes of the folded one
}

/** Share of the classes that must be left at most for folding to be worth it. */
const FEW = 0.5;

/**
 * Folds node classes that no task can tell apart but by their capacity, which is added up: the linear relaxation of what
 * comes out is one of the whole instance, too, often as tight, and its prices are prices of the whole. Null when there
 * is little to fold. Of the result numbers only may be looked at, and no single nodes.
 */
export function foldSiblings(instance: Instance): Folded | null {
  const { pairs, nodes, tasks, width, free, size } = instance;
  const { kinds: groups, kindOf: group } = siblingsOf(instance);
  if (groups > FEW * nodes.classes) return null;

  const capacity = new Float64Array(groups * width);
  for (let at = 0; at < free.length; at++) {
    const q = Math.floor(at / width);
    capacity[group[q]! * width + (at % width)]! += size[q]! * free[at]!;
  }
  const start = new Int32Array(tasks + 1);
  const kept: number[] = [];
  const seen = new Int32Array(groups).fill(-1); // the last task that had a pair there
  for (let i = 0; i < tasks; i++) {
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      const g = group[pairs.node[p]!]!;
      if (seen[g] === i) continue;
      seen[g] = i;
      kept.push(p);
    }
    start[i + 1] = kept.length;
  }
  return {
    group,
    instance: {
      ...instance,
      nodes: { ...nodes, classes: groups },
      size: new Float64Array(groups).fill(1),
      free: capacity,
      pairs: {
        start,
        node: Int32Array.from(kept, (p) => group[pairs.node[p]!]!),
        time: new Float64Array(0),
        cost: Float64Array.from(kept, (p) => pairs.cost[p]!),
        row: Int32Array.from(kept, (p) => pairs.row[p]!),
        demand: pairs.demand,
      },
    },
  };
}

/** Prices of the whole instance (classes × resources) from those of the folded one. */
export const unfoldPrices = (prices: Float64Array, { group }: Folded, { width }: Instance): Float64Array =>
  Float64Array.from(
    { length: group.length * width },
    (_, at) => prices[group[Math.floor(at / width)]! * width + (at % width)]!,
  );

/** Prices of the folded instance: the means of those of the whole, weighed by capacity. */
export function foldPrices(
  prices: Float64Array,
  { group, instance }: Folded,
  { free, size, width }: Instance,
): Float64Array {
  const folded = new Float64Array(instance.free.length);
  for (let at = 0; at < prices.length; at++) {
    const q = Math.floor(at / width);
    const to = group[q]! * width + (at % width);
    if (instance.free[to]! > 0) folded[to]! += (prices[at]! * free[at]! * size[q]!) / instance.free[to]!;
  }
  return folded;
}
