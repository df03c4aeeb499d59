import { random } from '../model/random.ts';

/** How large a drawn window is, how full, and by which seed. */
export interface Sizing {
  readonly tasks: number; // entries
  readonly nodes: number;
  readonly load: number; // demand over capacity, of every resource
  readonly seed: number;
}

/** Draws from one seeded stream. */
export interface Draws {
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
}

export function draws(seed: number): Draws {
  const next = random(seed);
  return {
    between: (low, high) => low + (high - low) * next(),
    pick: (list) => list[Math.floor(next() * list.length)]!,
  };
}

/** `value` with `digits` decimals. */
export const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
