import type { Core } from './core.ts';
import { Dominance } from './dominance.ts';
import { Transpositions } from './transpositions.ts';

/**
 * The best set of a knapsack's core by depth-first search, most decided entries first, each as the multipliers want it first.
 * It is bounded by them and cut by dominance: an entry that pays no more and takes no less than one left out stays out; where
 * weights are `whole` numbers and few rooms can be left, too, by choices that leave the same room as others before and were
 * worth no more. Whatever is cut points to a set that is worth more, or as much and lighter, or both alike and earlier in the
 * search, so that no two cuts rely on each other (but for sums that differ by rounding alone).
 */
export class DepthFirst {
  readonly #width: number;
  readonly #dominance: Dominance;
  readonly #met: Transpositions | null;
  #meets = false; // whether this search asks it
  readonly #prefer: Uint8Array; // entries → 1 when the multipliers want it in
  readonly #rest: Float64Array; // (entries + 1) × resources: weight of all from here on
  readonly #restProfit: Float64Array; // entries + 1
  readonly #restReduced: Float64Array; // entries + 1: Σ of positive reduced profits from here on
  readonly #left: Float64Array; // depth × resources: room left
  readonly #path: Uint8Array; // entries → 1 when in
  #core!: Core;
  #best: Uint8Array = new Uint8Array(0);
  #value = 0; // of the best set
  #any = false;
  #mostNodes = 0;
  /** Nodes of all searches. */
  nodes = 0;
  /** Whether the last search ran to its end. */
  exact = true;

  /** For cores of `most` entries. */
  constructor(most: number, width: number, whole: boolean) {
    this.#width = width;
    this.#dominance = new Dominance(most);
    this.#met = whole ? new Transpositions(width) : null;
    this.#prefer = new Uint8Array(most);
    this.#rest = new Float64Array((most + 1) * width);
    this.#restProfit = new Float64Array(most + 1);
    this.#restReduced = new Float64Array(most + 1);
    this.#left = new Float64Array((most + 1) * width);
    this.#path = new Uint8Array(most);
  }

  /** Whether a search of the core meets the same rooms again and again. */
  meets(core: Core): boolean {
    return this.#met !== null && this.#begin(core);
  }

  /**
   * The value of the best set that is worth more than `floor`, or of `any`, its entries 1 in `taken`; `floor` where none is
   * found in `mostNodes` nodes.
   */
  best(core: Core, floor: number, taken: Uint8Array, any: boolean, mostNodes: number): number {
    this.#meets = this.#begin(core);
    this.#best = taken;
    this.#value = floor;
    this.#any = any;
    this.#mostNodes = this.nodes + mostNodes;
    this.exact = true;
    for (let e = 0; e < core.entries; e++) this.#prefer[e] = core.reduced[e]! > 0 ? 1 : 0;
    this.#dominance.compare(core.entries, this.#width, core.profit, core.weight, this.#prefer);
    this.#branch(0, 0);
    return this.#value;
  }

  /** Takes up a core: its room, and sums from each depth on. Returns whether rooms are few enough to be kept. */
  #begin(core: Core): boolean {
    const width = this.#width;
    const { entries, profit, weight, reduced } = core;
    const rest = this.#rest;
    this.#core = core;
    for (let k = 0; k < width; k++) {
      this.#left[k] = core.room[k]!;
      rest[entries * width + k] = 0;
    }
    this.#restProfit[entries] = this.#restReduced[entries] = 0;
    for (let d = entries - 1; d >= 0; d--) {
      this.#restProfit[d] = this.#restProfit[d + 1]! + profit[d]!;
      this.#restReduced[d] = this.#restReduced[d + 1]! + Math.max(0, reduced[d]!);
      for (let k = 0; k < width; k++) rest[d * width + k] = rest[(d + 1) * width + k]! + weight[d * width + k]!;
    }
    return this.#met?.begin(this.#left, rest, entries) ?? false;
  }

  /** Searches from a depth on; true ends it. */
  #branch(depth: number, value: number): boolean {
    if (++this.nodes > this.#mostNodes) {
      this.exact = false;
      return true;
    }
    const width = this.#width;
    const left = this.#left;
    const rest = this.#rest;
    const { entries, profit, weight, multipliers } = this.#core;
    const at = depth * width;

    // all that is left fits
    let fits = true;
    for (let k = 0; k < width; k++) if (rest[at + k]! > left[at + k]!) fits = false;
    if (fits) {
      const total = value + this.#restProfit[depth]!;
      if (total <= this.#value) return false;
      this.#value = total;
      for (let d = 0; d < depth; d++) this.#best[d] = this.#path[d]!;
      for (let d = depth; d < entries; d++) this.#best[d] = 1;
      return this.#any;
    }
    // the surrogate bound of what is left
    let bound = value + this.#restReduced[depth]!;
    for (let k = 0; k < width; k++) bound += multipliers[k]! * Math.min(left[at + k]!, rest[at + k]!);
    if (bound <= this.#value) return false;
    if (this.#meets && this.#met!.before(depth, left, value)) return false;
    const dominance = this.#dominance;
    let mayEnter = dominance.mayEnter(depth, this.#path);
    const mayStay = dominance.mayStay(depth, this.#path);
    if (mayEnter) for (let k = 0; k < width; k++) if (weight[at + k]! > left[at + k]!) mayEnter = false;
    for (let turn = 0; turn < 2; turn++) {
      const enter = (this.#prefer[depth] === 1) === (turn === 0);
      if (enter ? !mayEnter : !mayStay) continue;
      this.#path[depth] = enter ? 1 : 0;
      for (let k = 0; k < width; k++) left[at + width + k] = enter ? left[at + k]! - weight[at + k]! : left[at + k]!;
      const done = this.#branch(depth + 1, enter ? value + profit[depth]! : value);
      if (done) return true;
    }
    return false;
  }
}
