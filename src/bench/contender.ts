import { HEURISTICS } from '../heuristics/heuristics.ts';
import type { PlanLine } from '../model/verifier.ts';
import type { Window } from '../model/window.ts';

/** A better assignment, or a better bound, and when it was known. */
export interface Incumbent {
  readonly ms: number;
  readonly cost: number;
  readonly unplaced: number; // copies
  readonly bound?: number; // proven by then, at these unplaced copies
}

/** What is asked of a contender. */
export interface Task {
  readonly contender: string;
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

/** Placewright, its rules of thumb or a peer, ready to be measured in a process of its own. */
export interface Contender {
  readonly version: string;
  /** Waits until it is as ready as it was before its last run; off the clock. */
  settled?(): Promise<void>;
  /** Null when it can not take such a window. */
  run(task: Task): Promise<Outcome | null>;
}

/** What is measured; everything else is a peer, or a rule of thumb. */
export const OURS = 'placewright';

export const isRule = (contender: string): boolean => HEURISTICS.has(contender);

/** The process that a contender lives in: all rules share one. */
export const hostOf = (contender: string): string => (isRule(contender) ? 'heuristics' : contender);
