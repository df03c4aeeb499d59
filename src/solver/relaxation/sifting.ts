import { now } from '../budget.ts';
import type { Candidates } from '../candidates.ts';
import { pricePairs } from './pricing.ts';
import {
  costScale,
  dearColumns,
  firstPairColumn,
  type PairColumns,
  pricesOf,
  type Relaxation,
  type Restricted,
  type Solved,
} from './restricted.ts';

/** Relative distance of objective and bound at which the relaxation is solved. */
const SOLVED = 1e-9;
/** Share of a task that is rounding. */
const NOTHING = 1e-9;
/** What a task that may not be idle costs, in the largest reduced costs known, and its growth where that is too little. */
const DEAR = 4;
const DEARER = 10;
const MOST_RAISES = 8;

/** How far sifting has come: a point of the relaxation, and the prices that prove most. */
export interface Found {
  readonly columns: PairColumns; // of the point, the idle copies left out
  readonly amounts: Float64Array; // of each, copies
  readonly cost: number; // of the point
  readonly idle: number; // what the point leaves out and may not, in tasks; 0 where that is rounding
  readonly prices: Float64Array; // node classes × resources
  readonly bound: number;
}

/** Where sifting ends before it is at the optimum. */
export interface Limit {
  readonly time: number; // of `now()`
  readonly rounds: number;
  /** Times that what an idle task costs is raised before those that find no room are taken to have none; default 8. */
  readonly raises?: number;
}

/** The first columns: the best pairs of each task. */
export function firstColumns({ start, pair }: Candidates): PairColumns {
  const task = new Int32Array(pair.length);
  for (let i = 0; i + 1 < start.length; i++) task.fill(i, start[i]!, start[i + 1]!);
  return { pair, task };
}

/** What a task that may not be idle costs at first. */
export function firstDear({ instance, unit }: Relaxation, { start, reduced }: Candidates): number {
  let most = unit;
  for (let i = 0; i < instance.tasks; i++)
    if (start[i]! < start[i + 1]!) most = Math.max(most, instance.count[i]! * reduced[start[i]!]!);
  return DEAR * most;
}

/**
 * Solves a relaxation by sifting, column generation over pairs that are all known (Forrest 1989; Bixby, Gregory, Lustig,
 * Marsten, Shanno 1992): a program over few pairs is solved, its duals price all pairs, those that would gain enter, until
 * none would. Every round yields a point and, by weak duality, a bound. Ends early, with false, at a limit
 * or when the engine fails.
 */
export function sift(
  relaxation: Relaxation,
  restricted: Restricted,
  first: PairColumns,
  dear: number,
  end: Limit,
  onRound: (found: Found) => void,
): boolean {
  const { instance, unit } = relaxation;
  const scale = costScale(relaxation);
  const known = new Uint8Array(instance.pairs.node.length);
  const columns = { pair: Array.from(first.pair), task: Array.from(first.task) };
  for (const p of columns.pair) known[p] = 1;
  const forbidden = dearColumns(relaxation);
  let best: Pick<Found, 'prices' | 'bound'> = { prices: new Float64Array(0), bound: Number.NEGATIVE_INFINITY };
  let { raises = MOST_RAISES } = end;
  for (let round = 0; round < end.rounds && now() < end.time; round++) {
    const solved = restricted.solve(end.time);
    if (!solved) return false;
    const prices = pricesOf(relaxation, solved.duals);
    const taskDuals = solved.duals.subarray(0, instance.tasks).map((dual, i) => dual / (scale * instance.count[i]!));
    const { bound, entering } = pricePairs(relaxation, prices, taskDuals, known);
    if (bound > best.bound) best = { prices, bound };
    const found = foundAt(relaxation, columns, forbidden, solved, best);
    onRound(found);

    if (found.idle === 0 && found.cost - best.bound <= SOLVED * Math.max(Math.abs(found.cost), unit)) return true;
    if (entering.pair.length === 0) {
      if (found.idle === 0) return true;
      if (raises-- === 0) return false;
      dear *= DEARER;
      restricted.setDear(dear);
      continue;
    }
    for (const p of entering.pair) {
      known[p] = 1;
      columns.pair.push(p);
    }
    for (const i of entering.task) columns.task.push(i);
    restricted.add(entering);
  }
  return false;
}

/** The point of a solved program, in the terms of the relaxation: the cost of its pairs and of idle copies that have a price. */
function foundAt(
  { instance, objective }: Relaxation,
  columns: PairColumns,
  forbidden: Int32Array,
  { shares }: Solved,
  best: Pick<Found, 'prices' | 'bound'>,
): Found {
  const { tasks, tier, count } = instance;
  const first = firstPairColumn(instance);
  const pair: number[] = [];
  const task: number[] = [];
  const used: number[] = [];
  let cost = 0;
  for (let i = 0; i < tasks; i++)
    if (objective.fixed[tier[i]!]! < 0 && instance.pairs.start[i + 1]! > instance.pairs.start[i]!)
      cost += objective.priced[tier[i]!]! * count[i]! * shares[i]!;
  for (let c = 0; c < columns.pair.length; c++) {
    if (shares[first + c]! <= NOTHING) continue;
    const i = columns.task[c]!;
    const amount = shares[first + c]! * count[i]!;
    pair.push(columns.pair[c]!);
    task.push(i);
    used.push(amount);
    if (objective.cost) cost += objective.cost[columns.pair[c]!]! * amount;
  }
  const idle = forbidden.reduce((sum, c) => sum + shares[c]!, 0);
  return {
    columns: { pair, task },
    amounts: Float64Array.from(used),
    cost,
    idle: idle > NOTHING * tasks ? idle : 0,
    ...best,
  };
}
