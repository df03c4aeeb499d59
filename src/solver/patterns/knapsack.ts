import { Surrogate, sortByKey } from './surrogate.ts';

/** Relative slack below which a larger value is rounding. */
const ROUNDING = 1e-12;

/**
 * The bounded knapsack with several resources: which copies of which items fill one node best. Solved exactly by
 * depth-first branch and bound over the items in order of efficiency; the bounds are surrogate relaxations (Glover 1975,
 * Gavish and Pirkul 1985), in which one weighted sum of the resources stands for all: with the best weights, each
 * resource alone, and a mixture; items dominated by others that never run out are left out first.
 * One instance is used again and again: fill it with `clear` and `add`, then `solve`.
 */
export class Knapsack {
  /** Copies taken of each item added, in that order, in the best packing of the last `solve`. */
  readonly taken: Int32Array;
  readonly #width: number;
  readonly #surrogates: number;
  #items = 0;
  readonly #profit: Float64Array; // items as added
  readonly #demand: Float64Array; // items × resources
  readonly #most: Float64Array; // items → copies there are
  readonly #copies: Float64Array; // items → copies there are that fit into the empty node
  readonly #surrogate: Surrogate;
  // in order of efficiency, dominated items left out
  #kept = 0;
  readonly #order: Int32Array;
  readonly #p: Float64Array;
  readonly #d: Float64Array; // × resources
  readonly #w: Float64Array; // weight in the first surrogate
  readonly #b: Int32Array; // copies that may be taken
  readonly #ratio: Float64Array; // × surrogates: most profit per unit of the surrogate, over this item and all after it
  readonly #filled: Float64Array; // room in the first surrogate that all items before take, all copies of them
  readonly #earned: Float64Array; // what they earn
  readonly #least: Float64Array; // × resources: least demand over this item and all after it
  readonly #weights: Float64Array; // surrogates × resources
  readonly #room: Float64Array;
  readonly #take: Int32Array;
  readonly #key: Float64Array;
  #best = 0;
  #nodes = 0;

  constructor(mostItems: number, width: number) {
    this.#width = width;
    this.#surrogates = width === 1 ? 1 : 2 + width;
    this.taken = new Int32Array(mostItems);
    this.#profit = new Float64Array(mostItems);
    this.#demand = new Float64Array(mostItems * width);
    this.#most = new Float64Array(mostItems);
    this.#copies = new Float64Array(mostItems);
    this.#surrogate = new Surrogate(mostItems, width);
    this.#order = new Int32Array(mostItems);
    this.#p = new Float64Array(mostItems);
    this.#d = new Float64Array(mostItems * width);
    this.#w = new Float64Array(mostItems);
    this.#b = new Int32Array(mostItems);
    this.#ratio = new Float64Array((mostItems + 1) * this.#surrogates);
    this.#filled = new Float64Array(mostItems + 1);
    this.#earned = new Float64Array(mostItems + 1);
    this.#least = new Float64Array((mostItems + 1) * width);
    this.#weights = new Float64Array(this.#surrogates * width);
    this.#room = new Float64Array(width);
    this.#take = new Int32Array(mostItems);
    this.#key = new Float64Array(mostItems);
  }

  clear(): void {
    this.#items = 0;
  }

  /** Adds `most` copies of an item of this profit (> 0), its demands at `at` of `demand`. */
  add(profit: number, demand: Float64Array, at: number, most: number): void {
    const n = this.#items++;
    this.#profit[n] = profit;
    this.#most[n] = most;
    for (let k = 0; k < this.#width; k++) this.#demand[n * this.#width + k] = demand[at + k]!;
  }

  /**
   * Finds the packing of most profit above `floor` within the room at `at` of `limit`, looking at no more than `nodes`
   * branches. Returns a proven upper limit of the profit: what `taken` earns or `floor` (then `taken` is all 0) when the search was complete.
   */
  solve(limit: Float64Array, at: number, floor: number, nodes: number): number {
    for (let k = 0; k < this.#width; k++) this.#room[k] = limit[at + k]!;
    this.#weigh();
    this.#arrange();
    this.taken.fill(0, 0, this.#items);
    this.#take.fill(0, 0, this.#kept);
    this.#best = floor;
    const priced = this.#priced();
    const upper = this.#limit(0, priced);
    this.#nodes = nodes;
    this.#branch(0, 0, priced);
    return (this.complete ? this.#best : Math.max(upper, floor)) * (1 + 2 * ROUNDING);
  }

  /** What `taken` earns, or the floor of the last `solve`. */
  get value(): number {
    return this.#best;
  }

  /** Whether the last `solve` came to its end, so that its limit is what the best packing earns. */
  get complete(): boolean {
    return this.#nodes > 0;
  }

  /** Weights of the surrogates: the best for these items, their mean with an even one, and each resource alone; in units of the room. */
  #weigh(): void {
    const width = this.#width;
    const weights = this.#weights;
    const room = this.#room;
    for (let n = 0; n < this.#items; n++) this.#copies[n] = Math.min(this.#most[n]!, this.#fit(n));
    this.#surrogate.fit(this.#items, this.#profit, this.#demand, this.#copies, room);
    weights.fill(0);
    for (let k = 0; k < width; k++) {
      weights[k] = this.#surrogate.weights[k]!;
      if (width === 1) continue;
      const alone = room[k]! > 0 ? 1 / room[k]! : 0;
      weights[width + k] = 0.5 * (weights[k]! + alone / width);
      weights[(2 + k) * width + k] = alone;
    }
  }

  /** Sorts the items that may be taken by efficiency, leaves out dominated ones, and prepares the bounds of every suffix. */
  #arrange(): void {
    const width = this.#width;
    let kept = 0;
    for (let n = 0; n < this.#items; n++) {
      let weight = 0;
      for (let k = 0; k < width; k++) weight += this.#weights[k]! * this.#demand[n * width + k]!;
      this.#key[n] = weight > 0 ? this.#profit[n]! / weight : Number.POSITIVE_INFINITY;
      if (this.#copies[n]! >= 1) this.#order[kept++] = n;
    }
    sortByKey(this.#order, kept, this.#key);
    const candidates = kept;
    kept = 0;
    for (let c = 0; c < candidates; c++) {
      const n = this.#order[c]!;
      if (this.#dominated(n, kept)) continue;
      this.#order[kept] = n;
      this.#p[kept] = this.#profit[n]!;
      this.#b[kept] = this.#copies[n]!;
      let weight = 0;
      for (let k = 0; k < width; k++) {
        const d = this.#demand[n * width + k]!;
        this.#d[kept * width + k] = d;
        weight += this.#weights[k]! * d;
      }
      this.#w[kept] = weight;
      this.#filled[kept + 1] = this.#filled[kept]! + this.#b[kept]! * weight;
      this.#earned[kept + 1] = this.#earned[kept]! + this.#b[kept]! * this.#p[kept]!;
      kept++;
    }
    this.#kept = kept;
    const surrogates = this.#surrogates;
    for (let s = 0; s < surrogates; s++) this.#ratio[kept * surrogates + s] = 0;
    for (let k = 0; k < width; k++) this.#least[kept * width + k] = Number.POSITIVE_INFINITY;
    for (let a = kept - 1; a >= 0; a--) {
      for (let k = 0; k < width; k++)
        this.#least[a * width + k] = Math.min(this.#d[a * width + k]!, this.#least[(a + 1) * width + k]!);
      for (let s = 0; s < surrogates; s++) {
        let weight = 0;
        for (let k = 0; k < width; k++) weight += this.#weights[s * width + k]! * this.#d[a * width + k]!;
        const own = weight > 0 ? this.#p[a]! / weight : Number.POSITIVE_INFINITY;
        this.#ratio[a * surrogates + s] = Math.max(own, this.#ratio[(a + 1) * surrogates + s]!);
      }
    }
  }

  /** Copies of item n that fit into the empty node. */
  #fit(n: number): number {
    let fit = 2 ** 30;
    for (let k = 0; k < this.#width; k++) {
      const d = this.#demand[n * this.#width + k]!;
      if (d > 0) fit = Math.min(fit, Math.floor(this.#room[k]! / d));
    }
    return fit;
  }

  /** Whether one of the first `kept` items, in copies that never run out, does all that item n does. */
  #dominated(n: number, kept: number): boolean {
    const width = this.#width;
    for (let a = 0; a < kept; a++) {
      const other = this.#order[a]!;
      if (this.#p[a]! < this.#profit[n]! || this.#most[other]! < this.#fit(other)) continue;
      let k = 0;
      while (k < width && this.#d[a * width + k]! <= this.#demand[n * width + k]!) k++;
      if (k === width) return true;
    }
    return false;
  }

  /** Most profit that the items from `a` on can add in the room left: in each surrogate, were its best item without end. */
  #limit(a: number, priced: number): number {
    const width = this.#width;
    let least = this.#fractional(a, priced);
    for (let s = 1; s < this.#surrogates; s++) {
      const ratio = this.#ratio[a * this.#surrogates + s]!;
      if (ratio === Number.POSITIVE_INFINITY) continue;
      let room = 0;
      for (let k = 0; k < width; k++) room += this.#weights[s * width + k]! * this.#room[k]!;
      const limit = ratio * Math.max(0, room);
      if (limit < least) least = limit;
    }
    return least;
  }

  /** Room left in the first surrogate. */
  #priced(): number {
    let room = 0;
    for (let k = 0; k < this.#width; k++) room += this.#weights[k]! * this.#room[k]!;
    return room;
  }

  /** Most profit of the items from `a` on in so much room of the first surrogate, the last one cut (Dantzig 1957). */
  #fractional(a: number, room: number): number {
    const filled = this.#filled;
    const end = filled[a]! + Math.max(0, room);
    let b = a;
    while (b < this.#kept && filled[b + 1]! <= end) b++;
    const whole = this.#earned[b]! - this.#earned[a]!;
    return b === this.#kept ? whole : whole + (end - filled[b]!) * this.#ratio[b * this.#surrogates]!;
  }

  #branch(a: number, value: number, priced: number): void {
    if (value > this.#best + ROUNDING * Math.abs(this.#best)) {
      this.#best = value;
      this.taken.fill(0, 0, this.#items);
      for (let item = 0; item < a; item++) this.taken[this.#order[item]!] = this.#take[item]!;
    }
    if (value + this.#limit(a, priced) <= this.#best * (1 + ROUNDING)) return;
    const width = this.#width;
    const surrogates = this.#surrogates;
    const room = this.#room;
    for (let item = a; item < this.#kept; item++) {
      // items come in order of their efficiency in the first surrogate: no later one does better
      const enough = this.#best * (1 + ROUNDING) - value;
      if (priced * this.#ratio[item * surrogates]! <= enough || this.#fractional(item, priced) <= enough) return;
      let copies = this.#b[item]!;
      for (let k = 0; k < width; k++) {
        if (room[k]! < this.#least[item * width + k]!) return;
        const d = this.#d[item * width + k]!;
        if (copies * d > room[k]!) copies = Math.floor(room[k]! / d);
      }
      if (copies < 1) continue;
      if (this.#nodes-- <= 0) return;
      for (let k = 0; k < width; k++) room[k]! -= copies * this.#d[item * width + k]!;
      for (; copies > 0; copies--) {
        this.#take[item] = copies;
        this.#branch(item + 1, value + copies * this.#p[item]!, priced - copies * this.#w[item]!);
        for (let k = 0; k < width; k++) room[k]! += this.#d[item * width + k]!;
        if (this.#nodes <= 0) break;
      }
      this.#take[item] = 0;
      if (this.#nodes <= 0) return;
    }
  }
}
