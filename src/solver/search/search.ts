import type { Assignment } from '../../model/assignment.ts';
import { costDual, dualValue, hasPairs } from '../../model/dual.ts';
import type { Instance } from '../../model/instance.ts';
import { type Board, type PlacesBoard, post, postsOn, read } from '../board.ts';
import { lagrangianBound } from '../bound/lagrangian.ts';
import { type Budget, now, ofSteps, untilDeadline } from '../budget.ts';
import { Annealing, STRIDE } from './annealing.ts';
import { Chains } from './chains.ts';
import { crossover } from './crossover.ts';
import { descend } from './descent.ts';
import { Packing } from './packing.ts';
import { repair } from './repair.ts';
import { meanRegret, type Slots, slotsOf } from './slots.ts';
import { assignmentAt, placesOf } from './units.ts';
import { Weights } from './weights.ts';

/** What a search is asked to improve. */
export interface SearchJob {
  readonly instance: Omit<Instance, 'window'>;
  readonly start: Assignment;
  readonly prices: Float64Array; // node classes × resources
  /** Whether no assignment leaves fewer units out of any tier without leaving out more of one before it. */
  readonly settled: boolean;
  readonly seed: number;
  /** Time of `now()` at which the search ends; Infinity when it counts strides. */
  readonly deadline: number;
  /** Strides to make; Infinity when the clock decides. */
  readonly strides: number;
  /** Where the best assignment is posted: the node copy of each unit, in the order of the tasks, −1 for none. */
  readonly board: Board | PlacesBoard;
  /** Boards of the same kind on which others post: a better assignment there is gone on from. Not read when strides are counted. */
  readonly others?: readonly (Board | PlacesBoard)[];
  /** Anything but 0 in its first cell ends the search. */
  readonly stop: Int32Array;
}

/** Milliseconds between two posts of better assignments. */
const POST_MS = 15;
/** Share of the time for annealing; and while units are left out, or nothing better than the start is found. */
const ANNEALING = 0.12;
const LONG_ANNEALING = 0.3;
/** Units up to which chains may overload nodes, and the share of the time after which they may no longer. */
const SOFT_UNITS = 2000;
const STRICT_FROM = 0.9;
/**
 * Temperature of the chains at first, in gaps per node: where nodes may be overloaded the mean regret, which tells how far
 * apart places are, within these; and where they may not.
 */
const SOFT_HEAT = { least: 0.5, most: 10 };
const STRICT_HEAT = 0.06;
/** Share of the time between two looks at other boards and at the bound; and once nodes may no longer be overloaded. */
const LOOK = 0.04;
const STRICT_LOOK = 0.01;
/** Annealing moves per unit between two repairs, and the fewest strides. */
const REPAIR = 20;
const LEAST_REPAIR = 8;
/** Share of the time after which prices stay, that finding them may take, and passes where strides are counted. */
const PRICED_UNTIL = 0.5;
const PRICING = 0.02;
const PASSES = 400;
/** Pairs up to which a descent over all of them ends the search, and the share of the time kept for it. */
const MOST_PAIRS = 200_000;
const DESCENT = 0.02;

/** Improves an assignment until the deadline; every better one is posted. */
export function search(job: SearchJob): void {
  const { deadline, strides, board, stop } = job;
  const began = now();
  const timed = Number.isFinite(deadline);
  const run = new Search(job);
  let posted = 0;
  let postedAt = began;
  const publish = (): void => {
    post(board, run.packing.best, run.packing.bestCost, null);
    posted = run.packing.kept;
    postedAt = now();
  };
  const descends = job.instance.pairs.node.length <= MOST_PAIRS;
  const end = timed && descends ? deadline - DESCENT * (deadline - began) : deadline;
  for (let stride = 0; stride < strides && Atomics.load(stop, 0) === 0; stride++) {
    const time = timed ? now() : began;
    if (time >= end) break;
    run.stride(timed ? (time - began) / (end - began) : stride / strides);
    if (run.packing.kept > posted && time - postedAt > POST_MS) publish();
  }
  if (descends && Atomics.load(stop, 0) === 0) {
    const { instance, best } = run.packing;
    const budget = timed ? untilDeadline(deadline) : ofSteps(strides);
    run.packing.adopt(placesOf(instance, descend(instance, assignmentAt(instance, best), budget)));
  }
  if (run.packing.kept > posted) publish();
}

/** Annealing, then ejection chains that cool down. */
class Search {
  readonly packing: Packing;
  readonly #seed: number;
  readonly #weights: Weights;
  readonly #others: readonly (Board | PlacesBoard)[];
  readonly #seen: number[]; // posts seen on them
  readonly #pricing: () => Budget;
  #prices: Float64Array;
  #annealing: Annealing;
  #chains: Chains;
  #phase: 'annealing' | 'soft chains' | 'strict chains' = 'annealing';
  #bound: number; // by the prices, at the units that the best leaves out
  readonly #settled: boolean; // whether units are out, and in no assignment fewer
  #left: number; // units of tasks with pairs that it leaves out
  #nextLook = LOOK;
  #slots: Slots;
  #regret: number;
  #sinceRepair = 0; // strides
  readonly #repairEvery: number; // strides

  constructor({ instance, start, prices, settled, seed, others, deadline, strides }: SearchJob) {
    const whole = instance as Instance; // search looks at numbers only, never at the window
    const timed = Number.isFinite(deadline);
    const slots = slotsOf(whole, prices);
    this.#slots = slots;
    this.#regret = meanRegret(slots);
    this.packing = new Packing(whole, start, slots.floor);
    this.#weights = new Weights(this.packing);
    this.#seed = seed;
    this.#repairEvery = Math.max(LEAST_REPAIR, Math.ceil((REPAIR * this.packing.units) / STRIDE));
    this.#prices = prices;
    this.#annealing = new Annealing(this.packing, slots, this.#weights, prices, seed);
    this.#left = leftOut(this.packing, start.unplaced);
    this.#settled = settled && this.#left > 0;
    this.#chains = new Chains(this.packing, slots, this.#weights, prices, seed, this.#settled);
    this.#others = timed ? (others ?? []) : [];
    this.#seen = this.#others.map(() => 0);
    const share = PRICING * (deadline - now());
    this.#pricing = () =>
      timed ? untilDeadline(Math.min(deadline, now() + share)) : ofSteps(Math.min(strides, PASSES));
    this.#bound = dualValue(whole, costDual(whole, start.unplaced), prices).value;
  }

  /** Searches for about a millisecond, `progress` being the share of the time that is over. */
  stride(progress: number): void {
    const { packing } = this;
    if (progress >= this.#nextLook) {
      this.#nextLook = progress + (this.#phase === 'strict chains' ? STRICT_LOOK : LOOK);
      if (this.#phase !== 'annealing') this.#lookAtOthers();
      if (progress < PRICED_UNTIL) this.#renewPrices();
    }
    if (this.#mayRepair && ++this.#sinceRepair >= this.#repairEvery) {
      this.#sinceRepair = 0;
      repair(packing, this.#slots);
    }
    if (this.#phase === 'annealing') {
      const share = this.#left > 0 || packing.kept === 0 ? LONG_ANNEALING : ANNEALING;
      if (progress < share) {
        this.#annealing.stride(progress / share);
        return;
      }
      this.#phase = 'soft chains';
      if (this.#settled) packing.restore(); // chains leave the counts as they are
    }
    if (this.#phase === 'soft chains' && (progress > STRICT_FROM || packing.units > SOFT_UNITS)) {
      this.#phase = 'strict chains';
      packing.restore();
      this.#weights.forbid();
    }
    this.#chains.stride((this.#heat() * (1 - progress)) / (1 - ANNEALING));
  }

  /** Whether units are out that a repair may bring in. */
  get #mayRepair(): boolean {
    return this.#left > 0 && (this.#phase === 'annealing' || (this.#phase === 'soft chains' && !this.#settled));
  }

  /** The temperature from which chains cool down. */
  #heat(): number {
    const { bestCost, instance } = this.packing;
    const gap = Math.max(0, bestCost - this.#bound) / Math.max(1, instance.nodes.copies);
    if (this.#phase === 'strict chains') return STRICT_HEAT * gap;
    return Math.min(Math.max(this.#regret, SOFT_HEAT.least * gap), SOFT_HEAT.most * gap);
  }

  /** Takes what others have posted where it is better than the own best, in whole or in part. */
  #lookAtOthers(): void {
    this.#others.forEach((board, b) => {
      const posts = postsOn(board);
      if (posts === this.#seen[b]) return;
      this.#seen[b] = posts;
      const entry = read(board);
      if (entry) this.packing.adopt(crossover(this.packing, Int32Array.from(entry.x)));
    });
  }

  /** Prices hold for so many units left out; where the best has come to leave out others, capacity is worth something else. */
  #renewPrices(): void {
    const { packing } = this;
    const { instance } = packing;
    const unplaced = unplacedBy(packing);
    const left = leftOut(packing, unplaced);
    if (left === this.#left) return;
    this.#left = left;
    const { prices, bound } = lagrangianBound(
      instance,
      costDual(instance, unplaced),
      this.#prices,
      packing.bestCost,
      this.#pricing(),
    );
    const slots = slotsOf(instance, prices);
    packing.reprice(slots.floor);
    this.#slots = slots;
    this.#regret = meanRegret(slots);
    this.#prices = prices;
    this.#bound = bound;
    this.#annealing = new Annealing(packing, slots, this.#weights, prices, this.#seed);
    this.#chains = new Chains(packing, slots, this.#weights, prices, this.#seed, this.#settled);
  }
}

/** Units that the best assignment leaves out, by task. */
function unplacedBy({ instance, best, task }: Packing): Float64Array {
  const unplaced = new Float64Array(instance.tasks);
  for (let unit = 0; unit < best.length; unit++) if (best[unit]! < 0) unplaced[task[unit]!]!++;
  return unplaced;
}

/** Of units left out (tasks → units) those that may run somewhere. */
function leftOut({ instance }: Packing, unplaced: Float64Array): number {
  let left = 0;
  unplaced.forEach((units, task) => {
    if (hasPairs(instance, task)) left += units;
  });
  return left;
}
