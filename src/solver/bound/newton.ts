import type { SmoothedDual } from './smoothed-dual.ts';

/** Newton steps at one temperature, and relative gain of one below which the next temperature is due. */
const STEPS = 8;
const LEAST_GAIN = 2e-6;
/** Conjugate gradient steps for one direction, and the share of the residual (squared) at which they end. */
const CONJUGATES = 40;
const SOLVED = 1e-2;
/** Damping of the Hessian's diagonal: at first, at least, at most; and a share of its mean, in units of capacity, that is always added. */
const DAMPING = { first: 1e-3, least: 1e-4, most: 1e3 };
const FLOOR = 1e-3;
/** The same where prices that rise together hardly bend the dual, as those of nodes not worth their opening do. */
const FLAT_FLOOR = 1e-8;
const LEAST_BEND = 1e-5;
/** There, whole steps are doubled up to this length while each time gains so many times more. */
const LONGEST = 2 ** 20;
const STRETCH = 1.5;
/** Line search: the step shrinks so much at a time, so often; and gains this share of what the slope promises. */
const BACKTRACK = 0.4;
const TRIALS = 12;
const ARMIJO = 1e-4;

/** Temperatures to pass through, each this many times lower. */
export interface Cooling {
  readonly from: number;
  readonly to: number;
  readonly flat?: boolean; // whether the dual may have directions in which it is all but linear
}
const FALL = 0.4;

/**
 * Maximises a smoothed dual over prices ≥ 0 at falling temperatures, each from the last one's prices: projected Newton
 * steps (Bertsekas 1982) whose directions come from conjugate gradients (Dembo, Steihaug 1983), so that the Hessian is
 * never written down. Changes `prices` in place; counts passes over the places with `pass`, and ends when that says no.
 */
export function maximise(
  dual: SmoothedDual,
  prices: Float64Array,
  { from, to, flat = false }: Cooling,
  pass: () => boolean,
): void {
  const newton = new Newton(dual, flat);
  for (let temperature = from; ; temperature *= FALL) {
    for (let step = 0; step < STEPS; step++) {
      if (!pass()) return;
      const value = dual.expand(prices, temperature);
      const gain = newton.step(prices, value, temperature, pass);
      if (gain <= LEAST_GAIN * Math.abs(value)) break;
    }
    if (temperature <= to) return;
  }
}

class Newton {
  readonly #dual: SmoothedDual;
  readonly #flat: boolean;
  readonly #isFree: Uint8Array; // variables not held at 0
  readonly #direction: Float64Array;
  readonly #residual: Float64Array;
  readonly #conjugate: Float64Array;
  readonly #product: Float64Array;
  readonly #trial: Float64Array;
  #damping = DAMPING.first;

  constructor(dual: SmoothedDual, flat: boolean) {
    this.#dual = dual;
    this.#flat = flat;
    this.#isFree = new Uint8Array(dual.size);
    this.#direction = new Float64Array(dual.size);
    this.#residual = new Float64Array(dual.size);
    this.#conjugate = new Float64Array(dual.size);
    this.#product = new Float64Array(dual.size);
    this.#trial = new Float64Array(dual.size);
  }

  /** One step from where the dual was expanded, its value there given. Returns the gain. */
  step(prices: Float64Array, value: number, temperature: number, pass: () => boolean): number {
    const { gradient } = this.#dual;
    this.#aim(prices, temperature);
    const trial = this.#trial;
    let length = 1;
    for (let tries = 0; tries < TRIALS && pass(); tries++) {
      let promised = 0;
      for (let at = 0; at < trial.length; at++) {
        trial[at] = Math.max(0, prices[at]! + length * this.#direction[at]!);
        promised += gradient[at]! * (trial[at]! - prices[at]!);
      }
      const gain = this.#dual.value(trial, temperature) - value;
      if (gain > ARMIJO * Math.max(0, promised)) {
        if (this.#flat && length === 1) return this.#stretch(prices, gain, value, temperature, pass);
        prices.set(trial);
        if (length === 1) this.#damping = Math.max(DAMPING.least, 0.3 * this.#damping);
        else if (length < 0.2) this.#damping = Math.min(DAMPING.most, 4 * this.#damping);
        return gain;
      }
      length *= BACKTRACK;
    }
    this.#damping = Math.min(DAMPING.most, 10 * this.#damping);
    return 0;
  }

  /** Doubles a whole step while that gains about as much again, as where the dual is all but linear. Returns the gain. */
  #stretch(prices: Float64Array, first: number, value: number, temperature: number, pass: () => boolean): number {
    const trial = this.#trial;
    const best = trial.slice();
    let gain = first;
    for (let length = 2; length <= LONGEST && pass(); length *= 2) {
      for (let at = 0; at < trial.length; at++) trial[at] = Math.max(0, prices[at]! + length * this.#direction[at]!);
      const more = this.#dual.value(trial, temperature) - value;
      if (more <= STRETCH * gain) break;
      gain = more;
      best.set(trial);
    }
    this.#damping = Math.max(DAMPING.least, 0.3 * this.#damping);
    prices.set(best);
    return gain;
  }

  /** Solves (negative Hessian + damping) · direction = gradient over the free variables, roughly. */
  #aim(prices: Float64Array, temperature: number): void {
    const { gradient, diagonal, capacity, size } = this.#dual;
    const isFree = this.#isFree;
    const direction = this.#direction;
    const residual = this.#residual;
    const conjugate = this.#conjugate;
    const product = this.#product;
    let sum = 0;
    let many = 0;
    for (let at = 0; at < size; at++) {
      isFree[at] = capacity[at]! > 0 && (prices[at]! > 0 || gradient[at]! > 0) ? 1 : 0;
      if (isFree[at] === 0) continue;
      sum += diagonal[at]! * capacity[at]! * capacity[at]!;
      many++;
    }
    const floor = this.#flat
      ? (FLAT_FLOOR * sum) / Math.max(1, many) + (LEAST_BEND * this.#dual.copies) / temperature
      : (FLOOR * sum) / Math.max(1, many);
    const damped = (at: number): number => this.#damping * diagonal[at]! + floor / (capacity[at]! * capacity[at]!);
    const scale = (at: number): number => diagonal[at]! + damped(at); // preconditioner, of free variables

    direction.fill(0);
    if (floor === 0) return; // every task is decided
    let size2 = 0;
    for (let at = 0; at < size; at++) {
      residual[at] = isFree[at] === 1 ? gradient[at]! : 0;
      conjugate[at] = isFree[at] === 1 ? residual[at]! / scale(at) : 0;
      size2 += residual[at]! * conjugate[at]!;
    }
    const enough = SOLVED * size2;
    for (let round = 0; round < CONJUGATES && size2 > enough; round++) {
      this.#dual.curve(conjugate, product);
      let bend = 0;
      for (let at = 0; at < size; at++) {
        if (isFree[at] === 0) continue;
        product[at]! += damped(at) * conjugate[at]!;
        bend += conjugate[at]! * product[at]!;
      }
      if (!(bend > 0)) break;
      const length = size2 / bend;
      let next = 0;
      for (let at = 0; at < size; at++) {
        if (isFree[at] === 0) continue;
        direction[at]! += length * conjugate[at]!;
        residual[at]! -= length * product[at]!;
        next += (residual[at]! * residual[at]!) / scale(at);
      }
      for (let at = 0; at < size; at++)
        if (isFree[at] === 1) conjugate[at] = residual[at]! / scale(at) + (next / size2) * conjugate[at]!;
      size2 = next;
    }
  }
}
