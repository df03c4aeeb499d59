import type { PlanLine } from '../dist/model/verifier.js';
import type { Window } from '../dist/model/window.js';

/** A better assignment, and when it was known. */
export interface Incumbent {
  readonly ms: number;
  readonly cost: number;
  readonly unplaced: number; // copies
}

/** What is asked of a contender. */
export interface Task {
  readonly window: Window;
  readonly seconds: number;
  readonly seed: number;
  /** Whether everything must be placed; else as much as possible, tier by tier, and then at least cost. */
  readonly everything: boolean;
}

/** What a contender says, in its own words. */
export interface Outcome {
  readonly status: 'optimal' | 'feasible' | 'infeasible' | 'unknown';
  readonly cost: number | null;
  readonly bound: number | null; // of the cost, at these unplaced copies
  readonly plan: readonly PlanLine[] | null;
  readonly ms: number;
  readonly incumbents: readonly Incumbent[];
}

/** Placewright or a peer, ready to be measured in a process of its own. */
export interface Contender {
  readonly version: string;
  /** Null when it can not take such a window. */
  run(task: Task): Promise<Outcome | null>;
}
