import type { Instance } from '../../model/instance.ts';
import type { Pairs } from '../../model/pairs.ts';
import type { Kinds } from '../kinds.ts';

/** What prices of capacity are made from: tasks, where they may run, and the capacity there, class by class or kind by kind. */
export interface CapacityRows {
  readonly tasks: number;
  readonly width: number;
  readonly count: Float64Array; // tasks → copies
  readonly tier: Int32Array; // tasks → tier
  readonly pairs: Pick<Pairs, 'start' | 'node' | 'row' | 'demand'>; // `node` is the class or kind
  readonly cost: Float64Array; // pairs → cost
  readonly capacity: Float64Array; // classes or kinds × resources: of all their nodes together
}

/** The rows of an instance's node classes at those costs. */
export function rowsOfClasses(
  { tasks, width, count, tier, pairs, free, size }: Instance,
  cost: Float64Array,
): CapacityRows {
  const capacity = Float64Array.from(free, (value, at) => value * size[Math.floor(at / width)]!);
  return { tasks, width, count, tier, pairs, cost, capacity };
}

/** The same with all classes of a kind as one: a bound at equal prices for them, which are best or nearly so. */
export function rowsOfKinds(rows: CapacityRows, { kinds, kindOf, first }: Kinds): CapacityRows {
  const { tasks, width, pairs, capacity } = rows;
  if (kinds === kindOf.length) return rows;
  const isFirst = new Uint8Array(kindOf.length);
  for (const q of first) isFirst[q] = 1;
  const start = new Int32Array(tasks + 1);
  const most = Math.min(pairs.node.length, tasks * kinds);
  const node = new Int32Array(most);
  const row = new Int32Array(most);
  const cost = new Float64Array(most);
  let length = 0;
  for (let i = 0; i < tasks; i++) {
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      if (isFirst[pairs.node[p]!] === 0) continue;
      node[length] = kindOf[pairs.node[p]!]!;
      row[length] = pairs.row[p]!;
      cost[length++] = rows.cost[p]!;
    }
    start[i + 1] = length;
  }
  const together = new Float64Array(kinds * width);
  kindOf.forEach((kind, q) => {
    for (let k = 0; k < width; k++) together[kind * width + k]! += capacity[q * width + k]!;
  });
  return { ...rows, pairs: { start, node, row, demand: pairs.demand }, cost, capacity: together };
}
