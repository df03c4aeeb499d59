import type { Instance } from '../../model/instance.ts';
import type { Pairs } from '../../model/pairs.ts';
import type { Kinds } from '../kinds.ts';
import { type Openings, openingsOf } from './openings.ts';

/** What prices of capacity are made from: tasks, where they may run, and the capacity there, class by class or kind by kind. */
export interface CapacityRows {
  readonly tasks: number;
  readonly width: number;
  readonly count: Float64Array; // tasks → copies
  readonly tier: Int32Array; // tasks → tier
  readonly pairs: Pick<Pairs, 'start' | 'node' | 'row' | 'demand'>; // `node` is the class or kind
  readonly cost: Float64Array; // pairs → cost
  readonly capacity: Float64Array; // classes or kinds × resources: of all their nodes together
  readonly open: Float64Array; // likewise, of nodes that cost nothing to open
  readonly openings: Openings | null; // the other nodes; null: there are none
}

/** The rows of an instance's node classes at those costs of pairs; null: nothing costs anything, nor does opening a node. */
export function rowsOfClasses(instance: Instance, cost: Float64Array | null): CapacityRows {
  const { tasks, width, count, tier, pairs, free, size, opening } = instance;
  const capacity = Float64Array.from(free, (value, at) => value * size[Math.floor(at / width)]!);
  const openings = cost && openingsOf(instance);
  return {
    tasks,
    width,
    count,
    tier,
    pairs,
    cost: cost ?? new Float64Array(pairs.node.length),
    capacity,
    open: openings ? capacity.map((value, at) => (opening![Math.floor(at / width)]! > 0 ? 0 : value)) : capacity,
    openings,
  };
}

/** The same with all classes of a kind as one: a bound at equal prices for them, which are best or nearly so. */
export function rowsOfKinds(rows: CapacityRows, { kinds, kindOf, first }: Kinds): CapacityRows {
  const { tasks, width, pairs, capacity, openings } = rows;
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
  const together = (values: Float64Array): Float64Array => {
    const sums = new Float64Array(kinds * width);
    kindOf.forEach((kind, q) => {
      for (let k = 0; k < width; k++) sums[kind * width + k]! += values[q * width + k]!;
    });
    return sums;
  };
  const whole = together(capacity);
  return {
    ...rows,
    pairs: { start, node, row, demand: pairs.demand },
    cost,
    capacity: whole,
    open: openings ? together(rows.open) : whole,
    openings: openings && { ...openings, at: openings.at.map((q) => kindOf[q]!) },
  };
}

/** The same with all nodes as one: at equal prices everywhere a task takes the least cost of each of its demands. */
export function rowsOfAll(rows: CapacityRows): CapacityRows {
  const { tasks, width, pairs, openings } = rows;
  const start = new Int32Array(tasks + 1);
  const row: number[] = [];
  const cost: number[] = [];
  for (let i = 0; i < tasks; i++) {
    const least = new Map<number, number>(); // row of demands → cost
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++)
      least.set(pairs.row[p]!, Math.min(rows.cost[p]!, least.get(pairs.row[p]!) ?? Number.POSITIVE_INFINITY));
    for (const [demands, amount] of least) {
      row.push(demands);
      cost.push(amount);
    }
    start[i + 1] = row.length;
  }
  const together = (values: Float64Array): Float64Array => {
    const sums = new Float64Array(width);
    values.forEach((value, at) => {
      sums[at % width]! += value;
    });
    return sums;
  };
  return {
    ...rows,
    pairs: { start, node: new Int32Array(row.length), row: Int32Array.from(row), demand: pairs.demand },
    cost: Float64Array.from(cost),
    capacity: together(rows.capacity),
    open: together(rows.open),
    openings: openings && { ...openings, at: openings.at.map(() => 0) },
  };
}
