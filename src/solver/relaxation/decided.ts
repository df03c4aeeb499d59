import { reducedCost } from '../../model/dual.ts';
import type { Instance } from '../../model/instance.ts';
import { bestPairs } from '../candidates.ts';
import { WORTH } from './pricing.ts';
import type { PairColumns, Relaxation } from './restricted.ts';
import type { Found } from './sifting.ts';

/** Share of the mean least reduced cost of a task by which its best pair must lead for prices near the optimum to decide it. */
const LEAD = 0.025;
/** Share of the tasks that must be decided for leaving them out to be worth it. */
const MANY = 0.1;
/** Share of each capacity that is left to other tasks at least: rows are scaled by what is left. */
const LEFT = 0.01;

/** A relaxation without the tasks that prices decide, its capacities less what these take. */
export interface Undecided {
  readonly relaxation: Relaxation;
  /** The same point and bound of the whole relaxation: the bound is less where `wrong` finds tasks. */
  whole(found: Found): Found;
  /** Decided tasks that have a better pair at some prices. */
  wrong(prices: Float64Array): number[];
}

/**
 * Decides each task whose best pair leads at some prices by so much that prices near them will not change it, and for
 * which that pair has room; those `contested` (tasks → 1) excepted. Null when few are decided, or all. Of the relaxation numbers
 * only may be looked at.
 */
export function undecidedOf(relaxation: Relaxation, prices: Float64Array, contested: Uint8Array): Undecided | null {
  const { instance, objective } = relaxation;
  if (!objective.cost || instance.opening || objective.fixed.some((unplaced) => unplaced !== 0)) return null;
  const { tasks, count, pairs, width, size } = instance;
  const { start, pair, reduced } = bestPairs(instance, objective.cost, prices, 2);
  let sum = 0;
  for (let i = 0; i < tasks; i++) if (start[i]! < start[i + 1]!) sum += count[i]! * reduced[start[i]!]!;
  const lead = (LEAD * sum) / tasks;

  const free = instance.free.slice();
  const fits = (i: number, p: number): boolean => {
    const q = pairs.node[p]!;
    for (let k = 0; k < width; k++) {
      const demand = count[i]! * pairs.demand[pairs.row[p]! * width + k]!;
      const at = q * width + k;
      if (demand > 0 && demand > size[q]! * (free[at]! - LEFT * instance.free[at]!)) return false;
    }
    return true;
  };
  const decided: { pair: number[]; task: number[] } = { pair: [], task: [] };
  const left: number[] = [];
  for (let i = 0; i < tasks; i++) {
    const first = start[i]!;
    const leads =
      start[i + 1]! - first === 1 ||
      (start[i + 1]! - first === 2 && count[i]! * (reduced[first + 1]! - reduced[first]!) > lead);
    if (!leads || contested[i] || !fits(i, pair[first]!)) {
      left.push(i);
      continue;
    }
    const p = pair[first]!;
    const q = pairs.node[p]!;
    for (let k = 0; k < width; k++)
      free[q * width + k]! -= (count[i]! * pairs.demand[pairs.row[p]! * width + k]!) / size[q]!;
    decided.task.push(i);
    decided.pair.push(p);
  }
  if (left.length === 0 || decided.task.length < MANY * tasks) return null;
  return without(relaxation, decided, Int32Array.from(left), free);
}

/** The relaxation of the tasks `left`, with the capacity that the others leave `free`. */
function without(relaxation: Relaxation, decided: PairColumns, left: Int32Array, free: Float64Array): Undecided {
  const { instance, objective, unit } = relaxation;
  const { pairs, width, count, tier, tiers } = instance;
  const start = new Int32Array(left.length + 1);
  left.forEach((i, at) => {
    start[at + 1] = start[at]! + pairs.start[i + 1]! - pairs.start[i]!;
  });
  const gather = <T extends Int32Array | Float64Array>(from: T): T => {
    const to = new (from.constructor as new (length: number) => T)(start.at(-1)!);
    left.forEach((i, at) => {
      to.set(from.subarray(pairs.start[i]!, pairs.start[i + 1]!), start[at]!);
    });
    return to;
  };
  const cost = gather(objective.cost!);
  const tierOf = Int32Array.from(left, (i) => tier[i]!);
  const part: Instance = {
    ...instance,
    tasks: left.length,
    count: Float64Array.from(left, (i) => count[i]!),
    tier: tierOf,
    tierTasks: tiers.map((_, t) => Int32Array.from(left.keys()).filter((at) => tierOf[at] === t)),
    free,
    pairs: { start, node: gather(pairs.node), time: cost, cost, row: gather(pairs.row), demand: pairs.demand },
  };

  const decidedTasks = Array.from(decided.task);
  const amounts = Float64Array.from(decidedTasks, (i) => count[i]!);
  const spent = amounts.reduce((sum, amount, at) => sum + amount * objective.cost![decided.pair[at]!]!, 0);
  const reducedAt = (prices: Float64Array, p: number): number =>
    reducedCost(pairs, width, objective.cost![p]!, prices, p);
  /** What the best pair of a decided task costs less than the one decided on. */
  const loss = (prices: Float64Array, at: number): number => {
    const i = decided.task[at]!;
    let least = Number.POSITIVE_INFINITY;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) least = Math.min(least, reducedAt(prices, p));
    return amounts[at]! * (reducedAt(prices, decided.pair[at]!) - least);
  };
  return {
    relaxation: { instance: part, objective: { ...objective, cost }, unit },
    whole: ({ columns, amounts: partAmounts, cost: partCost, idle, prices, bound }) => {
      const task = Array.from(columns.task, (at) => left[at]!);
      const pair = Array.from(columns.pair, (p, at) => pairs.start[task[at]!]! + p - start[columns.task[at]!]!);
      const lost = amounts.reduce((sum, _, at) => sum + loss(prices, at), 0);
      return {
        columns: { pair: pair.concat(Array.from(decided.pair)), task: task.concat(Array.from(decided.task)) },
        amounts: Float64Array.from([...partAmounts, ...amounts]),
        cost: partCost + spent,
        idle,
        prices,
        bound: bound + spent - lost,
      };
    },
    wrong: (prices) => decidedTasks.filter((_, at) => loss(prices, at) > WORTH * unit),
  };
}
