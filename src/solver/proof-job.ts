import { type Assignment, scoreOf } from '../model/assignment.ts';
import type { Instance } from '../model/instance.ts';
import { post } from './board.ts';
import { now } from './budget.ts';
import type { Channel } from './follow.ts';
import { prove } from './proof/prove.ts';
import { placesOf } from './search/units.ts';

/** What a thread is asked to prove the least cost of. */
export interface ProofJob extends Channel {
  readonly instance: Omit<Instance, 'window'>;
  readonly start: Assignment; // its unplaced copies per tier are held
  readonly prices: Float64Array; // node classes × resources
  /** Steps of the bound to make; Infinity when the clock decides. */
  readonly steps: number;
  /** Its first cell: the least cost at these unplaced copies that anyone knows of, kept up to date by the caller. */
  readonly ceiling: Float64Array;
}

/** The body of a thread that proves: every better assignment and bound is posted. */
export function proofJob({ instance, start, prices, deadline, steps, ceiling, board, stop }: ProofJob): void {
  const whole = instance as Instance; // the proof looks at numbers only, never at the window
  let best = { places: placesOf(whole, start), cost: scoreOf(whole, start).cost };
  let bound: number | null = null;
  const publish = () => post(board, best.places, best.cost, bound);
  let step = 0;
  const late = () => Atomics.load(stop, 0) !== 0 || now() >= deadline;
  const proof = prove(whole, {
    start,
    prices,
    expired: () => step++ >= steps || late(),
    late,
    upper: () => ceiling[0]!,
    onImproved: (places, cost) => {
      best = { places, cost };
      publish();
    },
    onBound: (news) => {
      bound = news;
      publish();
    },
  });
  bound = proof.bound;
  publish();
}
