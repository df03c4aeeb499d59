import { type Assignment, compareScores, scoreOf } from '../model/assignment.ts';
import type { Instance } from '../model/instance.ts';
import { type Board, post } from './board.ts';
import { now, ofSteps, untilDeadline } from './budget.ts';
import { giveWay } from './priority.ts';
import { Annealing } from './search/annealing.ts';
import { descend } from './search/descent.ts';
import { assignmentAt, placesOf } from './search/units.ts';

/** What a search thread is asked to improve. */
export interface SearchJob {
  readonly instance: Omit<Instance, 'window'>;
  readonly start: Assignment;
  readonly prices: Float64Array; // node classes × resources
  readonly seed: number;
  /** Time of `now()` at which the search ends; Infinity when it counts strides. */
  readonly deadline: number;
  /** Strides to make; Infinity when the clock decides. */
  readonly strides: number;
  /** Where the best assignment is posted: the node copy of each unit, in the order of `Units`, −1 for none. */
  readonly board: Board;
  /** Anything but 0 in its first cell ends the search. */
  readonly stop: Int32Array;
}

/** Milliseconds between two posts of better assignments. */
const POST_MS = 15;
/** Share of the time kept for the descent at the end. */
const DESCENT_SHARE = 0.04;

giveWay();

/** The body of a search thread: annealing, then descent; every better assignment is posted. */
export default function searchJob({ instance, start, prices, seed, deadline, strides, board, stop }: SearchJob): void {
  const whole = instance as Instance; // search looks at numbers only, never at the window
  const annealing = new Annealing(whole, start, prices, seed);
  const began = now();
  const timed = Number.isFinite(deadline);
  const length = (deadline - began) * (1 - DESCENT_SHARE);
  let posted = annealing.bestCost;
  let postedAt = began;
  const publish = (places: Int32Array, cost: number): void => {
    post(board, places, cost, null);
    posted = cost;
    postedAt = now();
  };
  for (let stride = 0; stride < strides && Atomics.load(stop, 0) === 0; stride++) {
    const elapsed = now() - began;
    if (elapsed >= length) break;
    annealing.stride(timed ? elapsed / length : stride / strides);
    if (annealing.bestCost < posted && now() - postedAt > POST_MS) publish(annealing.best, annealing.bestCost);
  }
  if (annealing.bestCost < posted) publish(annealing.best, annealing.bestCost);
  const last = descend(whole, assignmentAt(whole, annealing.best), timed ? untilDeadline(deadline) : ofSteps(strides));
  const score = scoreOf(whole, last);
  const before = scoreOf(whole, assignmentAt(whole, annealing.best));
  if (compareScores(score, before) < 0) publish(placesOf(whole, last), score.cost);
}
