import type { Core } from './core.ts';
import { DepthFirst } from './depth-first.ts';
import { TwoLists } from './two-lists.ts';

/** Nodes of a depth-first search after which the limit has to do as its value; of one that only asks whether there is any. */
const MOST_NODES = { best: 200_000, any: 10_000 };
/** Undecided entries above which the limit has to do at once: the search is as deep as they are many. */
const MOST_CORE = 2000;
/** Sets of half of the entries above which that is searched depth first. */
const MOST_SETS = 1 << 14;
/** Share of what is between the best known and the limit that two lists look through at least. */
const LEAST_REACH = 1 / 16;

/**
 * Exact 0-1 knapsacks with several resources, as many in a row as one likes in the same memory: fill `profit`, `weight`
 * and `room`, then {@link solve}. The surrogate bound (all constraints added up with multipliers; Glover 1965) decides most
 * entries; the best set of those that it leaves open is found by {@link TwoLists}. Where any set will do, where weights are
 * `whole` numbers and there are few different rooms to have left, and where nobody knows how near to the limit the best may
 * be or the lists become too long, {@link DepthFirst} finds it.
 */
export class Knapsack {
  readonly width: number;
  entries = 0;
  readonly profit: Float64Array; // entries → profit, > 0
  readonly weight: Float64Array; // entries × resources, ≥ 0
  readonly room: Float64Array; // resources → capacity left
  readonly taken: Uint8Array; // entries → 1 when in the best set, if solve found one
  /** Upper limit of the value by the multipliers, and each entry's reduced profit under them. */
  limit = 0;
  readonly reduced: Float64Array;
  readonly multipliers: Float64Array; // resources; as left by solve
  /** Whether the last search ran to its end; if not, no more is known than that its value is between what it returned and `ceiling`. */
  exact = true;
  /** What no set is worth more than: where the search did not run to its end, at most `limit`. */
  ceiling = 0;
  readonly #order: Int32Array; // core entries, most decided first
  #core = 0;
  readonly #coreProfit: Float64Array;
  readonly #coreWeight: Float64Array; // core × resources
  readonly #coreReduced: Float64Array;
  readonly #twin: Uint8Array; // core → 1 when it is like the entry before, so that either will do
  readonly #left: Float64Array; // resources: room left to the core
  readonly #best: Uint8Array; // core → 1 when in
  readonly #greedy: Uint8Array; // entries → 1 when in
  readonly #lists: TwoLists;
  readonly #depthFirst: DepthFirst;

  constructor(most: number, width: number, whole = false) {
    this.width = width;
    this.profit = new Float64Array(most);
    this.weight = new Float64Array(most * width);
    this.room = new Float64Array(width);
    this.taken = new Uint8Array(most);
    this.reduced = new Float64Array(most);
    this.multipliers = new Float64Array(width);
    this.#order = new Int32Array(most);
    this.#coreProfit = new Float64Array(most);
    this.#coreWeight = new Float64Array(most * width);
    this.#coreReduced = new Float64Array(most);
    this.#twin = new Uint8Array(most);
    this.#left = new Float64Array(width);
    this.#best = new Uint8Array(most);
    this.#greedy = new Uint8Array(most);
    this.#lists = new TwoLists(width, MOST_SETS);
    this.#depthFirst = new DepthFirst(most, width, whole);
  }

  /** Nodes of all depth-first searches. */
  get nodes(): number {
    return this.#depthFirst.nodes;
  }

  /**
   * The greatest profit above `floor` that fits, its entries in `taken`; `floor` itself when there is none. With
   * `first` any profit above it will do. `passes` rounds improve the multipliers first; `near` is how far below their limit
   * the greatest profit probably is, 0 where nobody knows.
   */
  solve(floor: number, passes: number, first = false, near = 0): number {
    const { entries, width, profit, weight, room, taken } = this;
    this.exact = true;
    // everything fits
    let total = 0;
    for (let e = 0; e < entries; e++) total += profit[e]!;
    let allFit = true;
    for (let k = 0; k < width && allFit; k++) {
      let load = 0;
      for (let e = 0; e < entries; e++) load += weight[e * width + k]!;
      if (load > room[k]!) allFit = false;
    }
    if (allFit) {
      this.multipliers.fill(0);
      for (let e = 0; e < entries; e++) this.reduced[e] = profit[e]!;
      this.limit = this.ceiling = total;
      taken.fill(1, 0, entries);
      return Math.max(floor, total);
    }
    this.#tune(passes);
    let best = Math.max(floor, 0);
    if (floor < 0) taken.fill(0, 0, entries);
    if (this.limit <= best) return best;
    const value = this.#fillGreedily();
    if (value > best) {
      best = value;
      taken.set(this.#greedy.subarray(0, entries));
      if (first || this.limit <= best) return best;
    }
    const base = this.#chooseCore(best);
    if (Number.isNaN(base)) return best;
    if (this.#core > MOST_CORE) {
      this.exact = false;
      return best;
    }
    const ofCore = this.#bestOfCore(base, best - base, first, near);
    if (ofCore <= best - base) return best;
    for (let e = 0; e < entries; e++) taken[e] = this.reduced[e]! > 0 ? 1 : 0;
    for (let d = 0; d < this.#core; d++) taken[this.#order[d]!] = this.#best[d]!;
    return ofCore + base;
  }

  /** Improves the multipliers one resource at a time, each exactly; then the limit and the reduced profits. */
  #tune(passes: number): void {
    const { entries, width, profit, weight, room, multipliers, reduced } = this;
    for (let pass = 0; pass < passes; pass++) {
      for (let k = 0; k < width; k++) {
        for (let e = 0; e < entries; e++) {
          let value = profit[e]!;
          for (let l = 0; l < width; l++) if (l !== k) value -= multipliers[l]! * weight[e * width + l]!;
          reduced[e] = value;
        }
        multipliers[k] = this.#bestMultiplier(k, multipliers[k]!);
      }
    }
    let limit = 0;
    for (let k = 0; k < width; k++) limit += multipliers[k]! * room[k]!;
    for (let e = 0; e < entries; e++) {
      let value = profit[e]!;
      for (let k = 0; k < width; k++) value -= multipliers[k]! * weight[e * width + k]!;
      reduced[e] = value;
      if (value > 0) limit += value;
    }
    this.limit = this.ceiling = limit;
  }

  /** The multiplier at which the entries worth their weight of resource k just exceed the room, sought from `from` on. */
  #bestMultiplier(k: number, from: number): number {
    const { entries, width, weight, room, reduced } = this;
    let at = from;
    for (let step = 0; step < 60; step++) {
      // load of those that stay in at this multiplier, and of those exactly at it; the nearest breakpoints
      let load = 0;
      let tied = 0;
      let above = Number.POSITIVE_INFINITY;
      let below = 0;
      for (let e = 0; e < entries; e++) {
        const w = weight[e * width + k]!;
        if (w === 0) continue;
        const ratio = reduced[e]! / w;
        if (ratio > at) {
          load += w;
          if (ratio < above) above = ratio;
        } else if (ratio === at) tied += w;
        else if (ratio > below) below = ratio;
      }
      if (load > room[k]!) at = above;
      else if (at > 0 && load + tied <= room[k]!) at = below;
      else return at;
    }
    return at;
  }

  /** Takes what the multipliers want, as far as it fits, then whatever still does. Leaves the set in #greedy. */
  #fillGreedily(): number {
    const { entries, width, profit, weight, room, reduced } = this;
    const left = this.#left;
    for (let k = 0; k < width; k++) left[k] = room[k]!;
    let value = 0;
    this.#greedy.fill(0, 0, entries);
    for (let round = 0; round < 2; round++) {
      for (let e = 0; e < entries; e++) {
        if (round === 0 ? reduced[e]! <= 0 : this.#greedy[e] === 1) continue;
        let fits = true;
        for (let k = 0; k < width; k++) if (weight[e * width + k]! > left[k]!) fits = false;
        if (!fits) continue;
        for (let k = 0; k < width; k++) left[k]! -= weight[e * width + k]!;
        value += profit[e]!;
        this.#greedy[e] = 1;
      }
    }
    return value;
  }

  /** The entries that a set above `best` may have either way, most decided first. Returns the profit of those that are in for sure; NaN: no set is better. */
  #chooseCore(best: number): number {
    const { entries, width, profit, weight, room, reduced } = this;
    const gap = this.limit - best;
    const order = this.#order;
    const left = this.#left;
    for (let k = 0; k < width; k++) left[k] = room[k]!;
    let base = 0;
    let core = 0;
    for (let e = 0; e < entries; e++) {
      const size = Math.abs(reduced[e]!);
      if (size >= gap) {
        if (reduced[e]! < 0) continue;
        base += profit[e]!;
        for (let k = 0; k < width; k++) left[k]! -= weight[e * width + k]!;
        continue;
      }
      let d = core++;
      for (; d > 0 && Math.abs(reduced[order[d - 1]!]!) < size; d--) order[d] = order[d - 1]!;
      order[d] = e;
    }
    for (let k = 0; k < width; k++) if (left[k]! < 0) return Number.NaN;
    this.#core = core;
    for (let d = 0; d < core; d++) {
      const e = order[d]!;
      this.#coreProfit[d] = profit[e]!;
      this.#coreReduced[d] = reduced[e]!;
      let twin = d > 0 && profit[e] === this.#coreProfit[d - 1];
      for (let k = 0; k < width; k++) {
        this.#coreWeight[d * width + k] = weight[e * width + k]!;
        if (d > 0 && weight[e * width + k] !== this.#coreWeight[(d - 1) * width + k]) twin = false;
      }
      this.#twin[d] = twin ? 1 : 0;
    }
    return base;
  }

  /** The best of the core's sets above `floor`, the others of a set being worth `base`; `floor` where none is found. */
  #bestOfCore(base: number, floor: number, any: boolean, near: number): number {
    const core: Core = {
      entries: this.#core,
      profit: this.#coreProfit,
      weight: this.#coreWeight,
      reduced: this.#coreReduced,
      room: this.#left,
      multipliers: this.multipliers,
      twin: this.#twin,
      limit: this.limit - base,
    };
    const depthFirst = this.#depthFirst;
    if (!any && near > 0 && !depthFirst.meets(core)) {
      const value = this.#bestOfLists(core, base, floor, near);
      if (!Number.isNaN(value)) return value;
    }
    const value = depthFirst.best(core, floor, this.#best, any, any ? MOST_NODES.any : MOST_NODES.best);
    this.exact = depthFirst.exact;
    return value;
  }

  /** The same by two lists, sets within `near` of the limit first, and twice as far each time that there is none; NaN where they become too long. */
  #bestOfLists(core: Core, base: number, floor: number, near: number): number {
    for (let reach = Math.max(near, LEAST_REACH * (core.limit - floor)); ; reach *= 2) {
      const from = Math.max(floor, core.limit - reach);
      const value = this.#lists.best(core, from, this.#best);
      if (Number.isNaN(value) || value > from || from === floor) return value;
      this.ceiling = from + base;
    }
  }
}
