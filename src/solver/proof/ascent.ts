import type { Lagrangian } from './lagrangian.ts';

/** Passes without gain before the step shrinks, and by what. */
const PATIENCE = 6;
const SHRINK = 0.6;
/** Weight of the newest packing in the running average. */
const NEWEST = 0.12;
/** Relative margin by which steps aim beyond what is to be reached. */
const BEYOND = 1e-4;

/** How an ascent ended: the cut-off was reached, every unit is packed exactly once, or neither. */
export type AscentEnd = 'cut' | 'solved' | 'open';

/**
 * Subgradient ascent of the duals (units), in place, left at the best found: deflected directions, Polyak steps towards
 * a little above the cut-off (Held, Wolfe, Crowder 1974). `average` (slots) keeps a running mean of the packings, which
 * tends to the primal solution of the relaxation (Barahona, Anbil 2000).
 */
export class Ascent {
  best = Number.NEGATIVE_INFINITY;
  readonly average: Float64Array;
  readonly #lagrangian: Lagrangian;
  readonly #current: Float64Array;
  readonly #direction: Float64Array;

  constructor(lagrangian: Lagrangian) {
    const { units, slots } = lagrangian.domain.problem;
    this.#lagrangian = lagrangian;
    this.average = new Float64Array(slots);
    this.#current = new Float64Array(units);
    this.#direction = new Float64Array(units);
  }

  /**
   * Takes up to `passes` steps of size `step` at first. Calls `near` after every pass whose bound is among the best, while
   * the packings are those of `duals`; it may tighten the domain, and returns false when nothing is left in it.
   */
  run(
    duals: Float64Array,
    passes: number,
    step: number,
    cutoff: number,
    near: (duals: Float64Array, bound: number) => boolean,
  ): AscentEnd {
    const { domain, cover } = this.#lagrangian;
    const { units, unitStart } = domain.problem;
    const current = this.#current;
    const direction = this.#direction;
    current.set(duals);
    direction.fill(0);
    this.best = Number.NEGATIVE_INFINITY;
    let stale = 0;
    for (let pass = 0; pass < passes; pass++) {
      const bound = this.#lagrangian.price(current);
      this.#mix(pass === 0 ? 1 : NEWEST);
      const better = bound > this.best;
      if (better) {
        stale = bound > this.best + 1e-5 * Math.abs(cutoff - this.best) ? 0 : stale + 1;
        this.best = bound;
        duals.set(current);
      } else stale++;
      if (bound >= cutoff) return 'cut';
      let norm = 0;
      let uncovered = 0;
      for (let unit = 0; unit < units; unit++) {
        if (domain.home[unit]! >= 0 || unitStart[unit + 1] === unitStart[unit]) continue;
        const gradient = 1 - cover[unit]!;
        if (gradient !== 0) uncovered++;
        direction[unit] = gradient + 0.3 * direction[unit]!;
        norm += direction[unit]! * direction[unit]!;
      }
      if (uncovered === 0) return 'solved';
      if (!near(current, bound)) return 'cut';
      if (stale >= PATIENCE) {
        step *= SHRINK;
        stale = 0;
        current.set(duals);
        direction.fill(0);
        continue;
      }
      if (norm === 0) continue;
      const length = (step * (cutoff * (1 + BEYOND) - bound)) / norm;
      for (let unit = 0; unit < units; unit++) if (domain.home[unit]! < 0) current[unit]! += length * direction[unit]!;
    }
    return 'open';
  }

  #mix(weight: number): void {
    const { packed } = this.#lagrangian;
    for (let slot = 0; slot < packed.length; slot++)
      this.average[slot]! += weight * (packed[slot]! - this.average[slot]!);
  }
}
