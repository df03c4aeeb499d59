import { reducedCost } from '../model/dual.ts';
import type { Instance } from '../model/instance.ts';

/** Each task's best pairs: those of task i are `start[i] ≤ at < start[i + 1]`, least reduced cost first. */
export interface Candidates {
  readonly start: Int32Array; // tasks + 1
  readonly pair: Int32Array;
  readonly reduced: Float64Array; // cost plus capacity prices of each
}

/** Tasks and where they may run, at node classes or something like them. */
type Bids = Pick<Instance, 'tasks' | 'width'> & {
  readonly pairs: Pick<Instance['pairs'], 'start' | 'node' | 'row' | 'demand'>;
};

/**
 * Keeps at most so many pairs of each task, those of least cost (null: 0) plus capacity prices (node classes × resources).
 * Up to `spread` is added to each, by its number, so that tasks whose pairs are equally good do not all keep the same.
 */
export function bestPairs(
  { pairs, width, tasks }: Bids,
  cost: Float64Array | null,
  prices: Float64Array,
  most: number,
  spread = 0,
): Candidates {
  const start = new Int32Array(tasks + 1);
  for (let i = 0; i < tasks; i++) start[i + 1] = start[i]! + Math.min(most, pairs.start[i + 1]! - pairs.start[i]!);
  const pair = new Int32Array(start[tasks]!);
  const reduced = new Float64Array(start[tasks]!);
  for (let i = 0; i < tasks; i++) {
    const first = start[i]!;
    const end = start[i + 1]!;
    let next = first;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      let value = spread === 0 ? 0 : spread * shuffled(p);
      if (cost) value += cost[p]!;
      value = reducedCost(pairs, width, value, prices, p);
      if (next === end && value >= reduced[end - 1]!) continue;
      // insert in order, the last one falling out of a full list
      let at = next === end ? end - 1 : next++;
      for (; at > first && reduced[at - 1]! > value; at--) {
        reduced[at] = reduced[at - 1]!;
        pair[at] = pair[at - 1]!;
      }
      reduced[at] = value;
      pair[at] = p;
    }
  }
  return { start, pair, reduced };
}

/** A number in [0, 1) that looks random (the finalizer of MurmurHash3). */
function shuffled(n: number): number {
  let h = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
