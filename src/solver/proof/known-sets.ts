import type { Domains } from './domains.ts';
import type { ProofProblem } from './problem.ts';

/** Sets of each bin kept. */
const KEPT = 8;
/** Longest set kept. */
const LONGEST = 64;

/** The last best sets of each bin: what was best before is a good start under other prices. */
export class KnownSets {
  readonly #problem: ProofProblem;
  readonly #domains: Domains;
  readonly #longest: number;
  readonly #item: Int32Array; // bins × KEPT × longest: items of the kind, repeated for copies
  readonly #length: Int32Array; // bins × KEPT
  readonly #next: Int32Array; // bins → slot to overwrite next
  #best = -1;

  /** `most`: copies in the longest set of a bin. */
  constructor(problem: ProofProblem, domains: Domains, most: number) {
    this.#problem = problem;
    this.#domains = domains;
    this.#longest = Math.min(most, LONGEST);
    this.#item = new Int32Array(domains.bins * KEPT * this.#longest);
    this.#length = new Int32Array(domains.bins * KEPT).fill(-1);
    this.#next = new Int32Array(domains.bins);
  }

  /**
   * The best value, at `profits` (items of the kind), of a set of bin b that the domains still allow, items without profit
   * left out; −∞ when there is none. Clears the bin's cells of `x`.
   */
  best(b: number, profits: Float64Array, x: Int32Array): number {
    const domains = this.#domains;
    const base = domains.base[b]!;
    const end = base + this.#items(b);
    let best = Number.NEGATIVE_INFINITY;
    this.#best = -1;
    let must = 0;
    for (let cell = base; cell < end; cell++) must += domains.low[cell]!;
    x.fill(0, base, end);
    for (let slot = b * KEPT; slot < (b + 1) * KEPT; slot++) {
      const first = slot * this.#longest;
      const last = first + this.#length[slot]!;
      if (last < first) continue;
      let value = 0;
      let allowed = true;
      let required = 0;
      for (let n = first; n < last; n++) {
        const item = this.#item[n]!;
        const count = ++x[base + item]!;
        const p = profits[item]!;
        if (count <= domains.low[base + item]!) {
          required++;
          value += p;
        } else if (p > 0) value += p;
        if (count > domains.high[base + item]!) allowed = false;
      }
      for (let n = first; n < last; n++) x[base + this.#item[n]!] = 0;
      if (allowed && required === must && value > best) {
        best = value;
        this.#best = slot;
      }
    }
    return best;
  }

  /** Adds the set last found by {@link best} to the bin's cells of `x`. */
  take(b: number, profits: Float64Array, x: Int32Array): void {
    const { base: bases, low } = this.#domains;
    const base = bases[b]!;
    const first = this.#best * this.#longest;
    for (let n = first; n < first + this.#length[this.#best]!; n++) {
      const item = this.#item[n]!;
      if (profits[item]! > 0 || x[base + item]! < low[base + item]!) x[base + item]!++;
    }
  }

  /** Keeps the bin's set in `x`. */
  keep(b: number, x: Int32Array): void {
    const base = this.#domains.base[b]!;
    const items = this.#items(b);
    const slot = b * KEPT + this.#next[b]!;
    this.#next[b] = (this.#next[b]! + 1) % KEPT;
    this.#length[slot] = -1;
    let length = 0;
    for (let m = 0; m < items; m++) {
      for (let copy = 0; copy < x[base + m]!; copy++) {
        if (length === this.#longest) return;
        this.#item[slot * this.#longest + length++] = m;
      }
    }
    this.#length[slot] = length;
  }

  #items(b: number): number {
    const q = this.#domains.kind[b]!;
    return this.#problem.start[q + 1]! - this.#problem.start[q]!;
  }
}
