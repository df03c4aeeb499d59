/** Duals kept on the way at most. */
const ON_THE_WAY = 400;
/** Every so many steps duals are kept within this share of the best bound. */
const EVERY = 5;
const NEAR = 0.002;

interface Kept {
  readonly duals: Float64Array; // tasks
  readonly value: number;
}

/** Good duals met at the root: different ones near the optimum prove different things, so each round fixes at all of them. */
export class KeptDuals {
  /** The bound of the best. */
  value = Number.NEGATIVE_INFINITY;
  /** Those to fix at, best first. */
  settled: readonly Kept[] = [];
  #met: Kept[] = [];

  /** Looks at duals just evaluated. Returns whether their bound is the best so far. */
  look(duals: Float64Array, value: number, step: number): boolean {
    const better = value > this.value;
    if (!better && !(step % EVERY === 0 && value > this.value - NEAR * Math.abs(this.value))) return false;
    if (better) this.value = value;
    this.#met.push({ duals: duals.slice(), value });
    if (this.#met.length > ON_THE_WAY) this.#shorten(ON_THE_WAY / 4);
    return better;
  }

  /** Has the `most` best of those met since the last time settled beside those that are. */
  settle(most: number): void {
    this.#shorten(most);
    this.settled = [...this.#met.splice(0), ...this.settled].sort((a, b) => b.value - a.value);
  }

  #shorten(most: number): void {
    this.#met.sort((a, b) => b.value - a.value);
    this.#met.length = Math.min(this.#met.length, most);
  }
}
