/** Duals kept for the rounds, and how many more of a master's; on the way at most. */
const KEPT = 12;
const OF_MASTER = 3;
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
  #kept: Kept[] = [];
  #settled: Kept[] = [];

  /** Looks at duals just evaluated. Returns whether their bound is the best so far. */
  look(duals: Float64Array, value: number, step: number): boolean {
    const better = value > this.value;
    if (!better && (step % EVERY !== 0 || value <= this.value - NEAR * Math.abs(this.value))) return false;
    if (better) this.value = value;
    this.#kept.push({ duals: duals.slice(), value });
    if (this.#kept.length > ON_THE_WAY) this.#shorten(ON_THE_WAY / 4);
    return better;
  }

  /** Those to fix at, best first; a master's few, which are much alike, go before those of the steps. */
  settle(): readonly Kept[] {
    this.#shorten(this.#settled.length > 0 ? OF_MASTER : KEPT);
    this.#settled = [...this.#kept.splice(0), ...this.#settled];
    return this.#settled;
  }

  #shorten(most: number): void {
    this.#kept.sort((a, b) => b.value - a.value);
    this.#kept.length = Math.min(this.#kept.length, most);
  }
}
