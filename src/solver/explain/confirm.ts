import { buildInstance, unfoldedPairs } from '../../model/instance.ts';
import type { Window } from '../../model/window.ts';
import { type Budget, shareOf } from '../budget.ts';
import { closed } from '../closed.ts';
import type { Engines } from '../engine-pool.ts';
import { run } from '../run.ts';
import { SolveState } from '../state.ts';

/** Copies of each task that the answer to a window leaves unplaced; null where it is not known for certain. */
export type Resolve = (window: Window) => Promise<Float64Array | null>;

/** Pairs of task and node up to which a repaired window is solved again, and the share of the time one may take. */
const MOST_PAIRS = 2000;
const SHARE = 0.2;

/** Solves windows to proof while the budget lasts; after one that took too long, no more. */
export const resolver = (engines: Engines, budget: Budget, signal: AbortSignal | undefined): Resolve => {
  let hopeless = false;
  return async (window) => {
    if (hopeless || budget.expired()) return null;
    const instance = buildInstance(window);
    if (unfoldedPairs(instance) > MOST_PAIRS) return null;
    const state = new SolveState(instance, shareOf(budget, SHARE), engines, signal);
    await run(state);
    hopeless = !(state.tiersProven && closed(state));
    return hopeless ? null : state.incumbents.best.assignment.unplaced;
  };
};
