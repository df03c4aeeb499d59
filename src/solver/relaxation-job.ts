import type { Highs } from 'highs';
import type { DualObjective } from '../model/dual.ts';
import type { Instance } from '../model/instance.ts';
import { type Board, type BoardEntry, newBoard, post } from './board.ts';
import type { EngineName } from './engines/engine.ts';
import { loadEngine } from './engines/engines.ts';
import { highsRuntime } from './engines/highs-module.ts';
import { type Loaded, siftFrom } from './relaxation/from-prices.ts';
import { foldPrices, foldSiblings, unfoldPrices } from './relaxation/siblings.ts';
import type { Found } from './relaxation/sifting.ts';

/** What a thread is asked to solve by sifting. */
export interface RelaxationJob {
  readonly engine: EngineName;
  readonly instance: Omit<Instance, 'window'>;
  readonly objective: DualObjective;
  readonly unit: number; // see `Relaxation`
  readonly prices: Float64Array; // node classes × resources, to begin with
  readonly deadline: number; // a time of `now()`; Infinity when steps are counted
  readonly rounds: number;
  readonly board: Board;
}

/** WebAssembly memory above which an instance of HiGHS is not kept for the next job: it never shrinks. */
const MOST_KEPT_BYTES = 2 ** 27;
let kept: Highs | null = null;

/** This thread's HiGHS. An instance that throws is not used again. */
async function takeHighs(): Promise<Highs> {
  const highs = kept ?? (await highsRuntime());
  kept = null;
  return highs;
}

/** A board for points and prices of an instance: see `posted`. */
export function boardForRelaxation(instance: Instance): Board {
  return newBoard(instance.free.length + 2 * mostPlaced(instance));
}

const NO_POINT = { columns: { pair: [], task: [] }, amounts: new Float64Array(0), cost: Number.POSITIVE_INFINITY };

/** Pairs that a basic solution uses at most: as many as there are rows. */
const mostPlaced = ({ tasks, free, tiers }: Omit<Instance, 'window'>): number => tasks + free.length + tiers.length;

/**
 * The body of a thread that solves a relaxation: after every round its point and the best prices are posted. Where nodes
 * differ in little but capacity, the prices to begin with are those that solve the folded relaxation.
 */
export async function relaxationJob(job: RelaxationJob): Promise<void> {
  const { engine, objective, unit, prices, deadline, rounds, board } = job;
  const instance = job.instance as Instance; // numbers only are looked at
  const end = { time: deadline, rounds };
  const loaded: Loaded = engine === 'highs' ? { highs: await takeHighs() } : { engine: await loadEngine(engine) };
  let start = prices;
  const folded = foldSiblings(instance);
  if (folded) {
    const cost = objective.cost && folded.instance.pairs.cost;
    const relaxation = { instance: folded.instance, objective: { ...objective, cost }, unit };
    siftFrom(loaded, relaxation, foldPrices(prices, folded, instance), end, (found) => {
      start = unfoldPrices(found.prices, folded, instance);
      publish(board, instance, { ...found, ...NO_POINT, prices: start }); // what they prove must not be lost
    });
  }
  siftFrom(loaded, { instance, objective, unit }, start, end, (found) => publish(board, instance, found));
  if (loaded.highs && loaded.highs.memoryBytes <= MOST_KEPT_BYTES) kept = loaded.highs;
}

/** Posts prices, then pair and amount in turn; −1 where there are no more. Points of too many pairs are kept back. */
function publish(board: Board, instance: Instance, { columns, amounts, cost, prices, bound }: Found): void {
  if (amounts.length > mostPlaced(instance)) return;
  const x = new Float64Array(prices.length + 2 * mostPlaced(instance)).fill(-1);
  x.set(prices);
  amounts.forEach((amount, at) => {
    x[prices.length + 2 * at] = columns.pair[at]!;
    x[prices.length + 2 * at + 1] = amount;
  });
  post(board, x, cost, bound);
}

/** What stands on the board of a relaxation; no pairs where there are prices only. */
export function posted(
  instance: Instance,
  { x }: BoardEntry,
): Pick<Found, 'prices'> & { pair: Int32Array; amount: Float64Array } {
  const prices = x.slice(0, instance.free.length).map((price) => (price > 0 ? price : 0)); // negative ones prove nothing
  const points = x.subarray(instance.free.length);
  let many = 0;
  while (2 * many < points.length && points[2 * many]! >= 0) many++;
  return {
    prices,
    pair: Int32Array.from({ length: many }, (_, at) => points[2 * at]!),
    amount: Float64Array.from({ length: many }, (_, at) => points[2 * at + 1]!),
  };
}
