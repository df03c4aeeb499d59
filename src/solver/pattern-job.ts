import { type Assignment, compareScores, scoreOf } from '../model/assignment.ts';
import type { Instance } from '../model/instance.ts';
import { post } from './board.ts';
import { now } from './budget.ts';
import { highsRuntime } from './engines/highs-module.ts';
import type { Channel } from './follow.ts';
import { solveByPatterns } from './patterns/patterns.ts';
import { placesOf } from './search/units.ts';

/** What a thread is asked to solve by patterns. */
export interface PatternJob extends Channel {
  readonly instance: Omit<Instance, 'window'>;
  readonly start: Assignment;
  readonly prices: Float64Array; // node classes × resources
  readonly held: Float64Array; // tiers → copies that may stay unplaced, those of tasks without pairs left out
  /** Rounds of pricing before the dives; Infinity when the clock decides. */
  readonly rounds: number;
}

/** Share of the time by which patterns are found, before the first dive and after it; then of what is left at least. */
const ROUGHLY = 0.1;
const FULLY = 0.35;
const OF_REST = 0.25;

/** The body of a thread that solves by patterns: every better assignment and bound is posted. */
export async function patternJob({
  instance,
  start,
  prices,
  held,
  deadline,
  rounds,
  board,
  stop,
}: PatternJob): Promise<void> {
  const whole = instance as Instance; // the patterns look at numbers only, never at the window
  const began = now();
  const stopped = () => Atomics.load(stop, 0) !== 0;
  const until = (share: number, ofRest = 0) => {
    let end: number | null = null;
    return (done: number) => {
      end ??= Math.max(began + share * (deadline - began), now() + ofRest * (deadline - now()));
      return done >= rounds || now() >= end || stopped();
    };
  };
  let best = { places: placesOf(whole, start), score: scoreOf(whole, start) };
  let bound: number | null = null;
  const publish = () => post(board, best.places, best.score.cost, bound);
  solveByPatterns(await highsRuntime(), whole, {
    prices,
    held,
    enough: { roughly: until(ROUGHLY), fully: until(FULLY, OF_REST) },
    expired: () => now() >= deadline || stopped(),
    progress: () => (Number.isFinite(deadline) ? (now() - began) / (deadline - began) : 0),
    onAssignment: (assignment) => {
      const score = scoreOf(whole, assignment);
      if (compareScores(score, best.score) >= 0) return;
      best = { places: placesOf(whole, assignment), score };
      publish();
    },
    onBound: (news) => {
      bound = news;
      publish();
    },
  });
}
