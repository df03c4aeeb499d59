import type { Master } from './master.ts';
import type { PatternPool } from './pool.ts';

/** Branches of one knapsack at first, at most, and their growth whenever so many find nothing new. */
const BRANCHES = { first: 5000, most: 1_000_000, growth: 4 };
/** Weight of the best duals so far in the mean at which patterns are priced (Wentges 1997). */
const SMOOTHING = 0.5;
/** Relative gain of value and bound since the last growth below which another is not worth it while most knapsacks are cut short. */
const LEAST_GAIN = 2e-4;
/** Relative distance between the program and its bound at which it counts as solved. */
const SOLVED = 1e-5;

/** What is to be covered, by what. */
export interface Demand {
  readonly left: Float64Array; // tasks → copies to place
  readonly nodes: Float64Array; // classes → nodes to fill
  readonly held: Float64Array; // tiers → copies that may stay unplaced
}

/** The best bound so far, and the duals (tasks) that prove it. */
export interface Proven {
  readonly bound: number;
  readonly duals: Float64Array;
}

/**
 * Column generation (Gilmore, Gomory 1961; Dantzig, Wolfe 1960) from what is proven already: prices patterns until the
 * master's value meets the bound, or `enough` says so. Whatever the end, the duals prove
 * the bound returned.
 */
export function generate(
  pool: PatternPool,
  master: Master,
  { left, nodes, held }: Demand,
  proven: Proven,
  enough: (rounds: number) => boolean,
  onBound: (bound: number) => void,
): Proven {
  let { bound } = proven;
  const best = proven.duals.slice();
  const centre = proven.duals.slice();
  const duals = proven.duals.slice();
  let branches = BRANCHES.first;
  let before = { value: Number.POSITIVE_INFINITY, bound };
  for (let round = 0; !enough(round); round++) {
    const priced = pool.price(master, duals, left, nodes, held, branches);
    if (priced.bound > bound) {
      bound = priced.bound;
      centre.set(duals);
      best.set(duals);
      onBound(bound);
    } else if (priced.added === 0) {
      centre.set(master.duals);
      const gain = LEAST_GAIN * Math.abs(master.value);
      const gained = before.value - master.value >= gain || bound - before.bound >= gain;
      if (!gained && priced.complete < 0.5) break;
      before = { value: master.value, bound };
      branches = Math.min(BRANCHES.most, branches * BRANCHES.growth);
    }
    if (!master.solve()) break;
    if (master.value - bound <= SOLVED * Math.abs(master.value) && !(master.widen() && master.solve())) break;
    for (let i = 0; i < duals.length; i++) duals[i] = SMOOTHING * centre[i]! + (1 - SMOOTHING) * master.duals[i]!;
  }
  return { bound, duals: best };
}
