/** Entries that are compared, and dominators kept of each. */
const MOST = 128;
const KEPT = 4;

/**
 * Which of a knapsack's entries dominate which in a depth-first search: what pays no more and takes no less than an entry left out
 * stays out, and what pays no less and takes no more than one taken is taken. Of equal entries that one dominates which the
 * search tries first.
 */
export class Dominance {
  /** Entries × KEPT: earlier ones without which it may not enter. */
  readonly #above: Int32Array;
  readonly #aboves: Uint8Array; // entries → how many there are
  /** Entries × KEPT: earlier ones with which it may not stay out. */
  readonly #below: Int32Array;
  readonly #belows: Uint8Array;

  constructor(most: number) {
    this.#above = new Int32Array(most * KEPT);
    this.#aboves = new Uint8Array(most);
    this.#below = new Int32Array(most * KEPT);
    this.#belows = new Uint8Array(most);
  }

  /**
   * Compares the first of `entries`, in the order in which they are decided, by `profit` and `weight` (entries × width);
   * `prefer` is 1 where the search tries first to take one. Keeps the nearest only: what dominates those is implied.
   */
  compare(entries: number, width: number, profit: Float64Array, weight: Float64Array, prefer: Uint8Array): void {
    this.#aboves.fill(0, 0, entries);
    this.#belows.fill(0, 0, entries);
    const many = Math.min(entries, MOST);
    const noWorse = (a: number, b: number) => {
      if (profit[a]! < profit[b]!) return false;
      for (let k = 0; k < width; k++) if (weight[a * width + k]! > weight[b * width + k]!) return false;
      return true;
    };
    for (let b = 1; b < many; b++) {
      let [aboves, belows] = [0, 0];
      for (let a = b - 1; a >= 0; a--) {
        const over = noWorse(a, b);
        const under = noWorse(b, a);
        if (over && !(under && prefer[b] === 0)) {
          let implied = aboves === KEPT;
          for (let n = 0; n < aboves && !implied; n++) implied = noWorse(a, this.#above[b * KEPT + n]!);
          if (!implied) this.#above[b * KEPT + aboves++] = a;
        } else if (under) {
          let implied = belows === KEPT;
          for (let n = 0; n < belows && !implied; n++) implied = noWorse(this.#below[b * KEPT + n]!, a);
          if (!implied) this.#below[b * KEPT + belows++] = a;
        }
      }
      this.#aboves[b] = aboves;
      this.#belows[b] = belows;
    }
  }

  /** Whether no entry that dominates this one is left out on the `path` (entries → 1 when taken). */
  mayEnter(entry: number, path: Uint8Array): boolean {
    const first = entry * KEPT;
    const end = first + this.#aboves[entry]!;
    for (let n = first; n < end; n++) if (path[this.#above[n]!] === 0) return false;
    return true;
  }

  /** Whether no entry that this one dominates is taken on the `path`. */
  mayStay(entry: number, path: Uint8Array): boolean {
    const first = entry * KEPT;
    const end = first + this.#belows[entry]!;
    for (let n = first; n < end; n++) if (path[this.#below[n]!] === 1) return false;
    return true;
  }
}
