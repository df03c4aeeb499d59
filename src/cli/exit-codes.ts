/** What the exit code says. */
export const EXIT = { answered: 0, bug: 1, badInput: 2, infeasible: 3, refuted: 3, unknown: 4, notStarted: 5 } as const;

/** The exit code of an answer, by what is true of the window. */
export function exitOf(status: 'optimal' | 'feasible' | 'infeasible' | 'unknown'): number {
  return status === 'infeasible' ? EXIT.infeasible : status === 'unknown' ? EXIT.unknown : EXIT.answered;
}

/** Exit codes as the help of the solving commands lists them. */
export const SOLVE_EXITS: readonly [number, string][] = [
  [EXIT.answered, 'answered'],
  [EXIT.bug, 'a bug; PLACEWRIGHT_DEBUG=1 shows where'],
  [EXIT.badInput, 'bad input: each fault is on stderr'],
  [EXIT.infeasible, 'infeasible, proven (only where the window forbids unplaced tasks)'],
  [EXIT.unknown, 'nothing known when time ran out (only there, too)'],
];

/** Exit codes of the commands that do not solve. */
export const PLAIN_EXITS: readonly [number, string][] = SOLVE_EXITS.slice(0, 3).map(([code, meaning], at) => [
  code,
  at === 0 ? 'done' : meaning,
]);

/** Exit codes of the service. Service managers may start it again after the last. */
export const SERVE_EXITS: readonly [number, string][] = [
  ...PLAIN_EXITS,
  [EXIT.notStarted, 'none of its planners started; it may another time'],
];
