/** Milliseconds on a clock that only goes forward and reads the same in every thread of the process. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/**
 * What a solve may spend: time until a deadline or, with `work`, a number of deterministic steps. The only way in
 * which an algorithm sees a clock.
 */
export interface Budget {
  /** Milliseconds until the deadline, ≤ 0 when it has passed; Infinity when counting steps. */
  remainingMs(): number;
  expired(): boolean;
  /** Steps that one stage may take; Infinity when the clock decides. */
  readonly steps: number;
}

/** A budget that ends at `deadline`, a time of {@link now}. */
export const untilDeadline = (deadline: number): Budget => ({
  remainingMs: () => deadline - now(),
  expired: () => now() >= deadline,
  steps: Number.POSITIVE_INFINITY,
});

/** A budget of deterministic steps: pricing passes of the bound and branch-and-bound nodes of the engine. */
export const ofSteps = (steps: number): Budget => ({
  remainingMs: () => Number.POSITIVE_INFINITY,
  expired: () => false,
  steps,
});

/** The part of a budget that leaves `reserve` milliseconds of it, or what it says at the time; steps are not divided. */
export function allBut(budget: Budget, reserve: number | (() => number)): Budget {
  const reserveMs = typeof reserve === 'number' ? () => reserve : reserve;
  return {
    remainingMs: () => budget.remainingMs() - reserveMs(),
    expired: () => budget.remainingMs() <= reserveMs(),
    steps: budget.steps,
  };
}

/** A budget that ends when the caller says so, too. */
export const unlessAborted = (budget: Budget, signal: AbortSignal | undefined): Budget =>
  signal
    ? {
        remainingMs: () => (signal.aborted ? 0 : budget.remainingMs()),
        expired: () => signal.aborted || budget.expired(),
        steps: budget.steps,
      }
    : budget;

/** The part of a budget that takes `share` of what remains of it now; steps are not divided. */
export function shareOf(budget: Budget, share: number): Budget {
  const remaining = budget.remainingMs();
  return Number.isFinite(remaining) ? allBut(budget, remaining * (1 - share)) : budget;
}
