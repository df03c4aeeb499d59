import { draws } from '../../bench/generate.mjs';
import { Body, type Size, windowOf } from './bodies.ts';

/** How a request of the load is made. */
export type Manner = 'plain' | 'async' | 'keyed';

/** One request of the load. */
export interface Call {
  readonly number: number;
  readonly size: Size;
  readonly seed: number; // of its window
  readonly deadlineMs: number;
  readonly manner: Manner;
}

/** Windows of each size that the load is made of. */
const SEEDS = { small: 12, medium: 12, large: 3 } as const;

/** Deadlines in milliseconds, least and most: those that design and docs promise to keep for windows of that size. */
const DEADLINES = { small: [50, 2000], medium: [50, 2000], large: [500, 2000] } as const;

/** Every window of the load as a body, by size and seed. */
export function bodiesOfMix(): Map<string, Body> {
  const bodies = new Map<string, Body>();
  for (const size of ['small', 'medium', 'large'] as const)
    for (let seed = 1; seed <= SEEDS[size]; seed++) bodies.set(`${size} ${seed}`, new Body(windowOf(size, seed)));
  return bodies;
}

/** The same endless load for the same seed: 60 % small, 33 % medium, 7 % large; deadlines spread evenly over their logarithm. */
export function* mix(seed: number): Generator<Call> {
  const { between } = draws(seed);
  for (let number = 0; ; number++) {
    const drawn = between(0, 1);
    const size = drawn < 0.6 ? 'small' : drawn < 0.93 ? 'medium' : 'large';
    const [least, most] = DEADLINES[size];
    const way = between(0, 1);
    yield {
      number,
      size,
      seed: 1 + Math.floor(between(0, SEEDS[size])),
      deadlineMs: Math.round(least * (most / least) ** between(0, 1)),
      manner: way < 0.1 ? 'async' : way < 0.2 ? 'keyed' : 'plain',
    };
  }
}
