import type { LinearProgram } from '../../model/linear-program.ts';

/** Relative gap at which a cost counts as proved, for peers as for Placewright. */
export const PROVED = 1e-6;

export interface PeerLimits {
  readonly seconds: number;
  /** Told of better points as they are found, where the peer's library says so while it runs. */
  readonly onIncumbent?: (x: ArrayLike<number>, seconds: number) => void;
}

/** What a peer says of a program: its own words, not yet checked. */
export interface PeerAnswer {
  readonly status: 'optimal' | 'feasible' | 'infeasible' | 'unknown';
  readonly cost: number | null; // of x, as the peer tells it
  readonly bound: number | null; // lower limit it claims to have proven
  readonly ms: number; // from the program in memory to the answer, loading of the library left out
  readonly x: Float64Array | null; // columns
}

/**
 * Another solver: one thread, relative gap {@link PROVED}, otherwise as it comes. It is given the program with every
 * column, as a user of it would pose it.
 */
export interface Peer {
  readonly name: string;
  /** Loads it, once; its version, or null where it is not installed. */
  load(): Promise<string | null>;
  /** Null when it can not take such a program. */
  solve(program: LinearProgram, limits: PeerLimits): Promise<PeerAnswer | null>;
}

/** Runs `call` and adds the milliseconds it took. */
export async function timed(call: () => Promise<Omit<PeerAnswer, 'ms'>>): Promise<PeerAnswer> {
  const started = performance.now();
  const answer = await call();
  return { ...answer, ms: performance.now() - started };
}

export const isInteger = (program: LinearProgram): boolean => program.integer.includes(1);

export const finite = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e29 ? value : null;
