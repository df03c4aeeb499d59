import { bitsOf, ColumnList, wordsOf } from './column-list.ts';
import type { Columns } from './columns.ts';
import type { Domains } from './domains.ts';
import { grown } from './grown.ts';
import { HalfMasks } from './half-masks.ts';
import type { ProofProblem } from './problem.ts';
import { WIDER } from './rooms.ts';
import { SIDES, TwoLists } from './two-lists.ts';

/** Most open items and most copies of them: a set has a bit for each. */
const MOST_OPEN = 2000;
const MOST_BITS = 4000;
/** Sets of half of the items above which a bin is not listed. */
const MOST_SETS = 1 << 15;

/**
 * Finds every set of a bin within its domains that is worth more than so much at given profits, dominated ones included: an
 * optimal assignment may need any of them.
 */
export class Enumeration {
  readonly #problem: ProofProblem;
  readonly #domains: Domains;
  readonly #columns: Columns;
  readonly #lists: TwoLists;
  readonly #halves: readonly [HalfMasks, HalfMasks] = [new HalfMasks(), new HalfMasks()];
  readonly #order: Int32Array; // open items, most decided first
  readonly #reduced: Float64Array;
  readonly #free: Int32Array; // open items → copies beyond those that are sure
  #open = 0;
  #mask = new Int32Array(1024); // columns × words
  readonly #failed: Float64Array; // bins → items undecided when it last gave up

  constructor(problem: ProofProblem, domains: Domains, columns: Columns) {
    this.#problem = problem;
    this.#domains = domains;
    this.#columns = columns;
    this.#lists = new TwoLists(problem.width, MOST_SETS);
    this.#failed = new Float64Array(domains.bins).fill(Number.POSITIVE_INFINITY);
    let items = 0;
    for (let q = 0; q < problem.classes; q++) items = Math.max(items, problem.start[q + 1]! - problem.start[q]!);
    this.#order = new Int32Array(items);
    this.#reduced = new Float64Array(items);
    this.#free = new Int32Array(items);
  }

  /**
   * Lists bin `b`: every set worth more than `floor` at `profits` (items of the kind). Gives up, the bin not listed, when
   * they hold more than `most` items or take too long to find, or when no fewer items are undecided than when it gave
   * up before. `multipliers` (resources, of a unit of weight) only guide.
   */
  list(b: number, profits: Float64Array, multipliers: Float64Array, floor: number, most: number): boolean {
    const { start, weight, width, room: rooms } = this.#problem;
    const { low, high, kind, base: bases } = this.#domains;
    const q = kind[b]!;
    const first = start[q]!;
    const base = bases[b]!;
    const many = start[q + 1]! - first;
    const room = rooms.slice(q * width, (q + 1) * width);
    let value = 0;
    for (let m = 0; m < many; m++) {
      const sure = low[base + m]!;
      if (sure === 0) continue;
      value += sure * profits[m]!;
      for (let k = 0; k < width; k++) room[k]! -= sure * weight[(first + m) * width + k]!;
    }
    let limit = 0; // the multipliers' of what may be added
    for (let k = 0; k < width; k++) {
      room[k] = Math.max(0, room[k]!) + WIDER;
      limit += multipliers[k]! * room[k]!;
    }
    const reducedOf = (m: number) => {
      let reduced = profits[m]!;
      for (let k = 0; k < width; k++) reduced -= multipliers[k]! * weight[(first + m) * width + k]!;
      return reduced;
    };
    for (let m = 0; m < many; m++) {
      const free = high[base + m]! - low[base + m]!;
      if (free > 0) limit += free * Math.max(0, reducedOf(m));
    }
    const slack = value + limit - floor;
    this.#open = 0;
    let copies = 0;
    let undecided = 0;
    for (let m = 0; m < many; m++) {
      const free = high[base + m]! - low[base + m]!;
      if (free === 0) continue;
      const reduced = reducedOf(m);
      if (reduced < -slack) continue;
      let fits = true;
      for (let k = 0; k < width; k++) if (weight[(first + m) * width + k]! > room[k]!) fits = false;
      if (!fits) continue;
      if (reduced < slack) undecided++;
      this.#insert(m, reduced, free);
      copies += free;
    }
    if (undecided >= this.#failed[b]! || this.#open > MOST_OPEN || copies > MOST_BITS) return false;
    const order = this.#order.slice(0, this.#open);
    const free = this.#free.slice(0, this.#open);
    const bits = bitsOf(this.#problem, q, low.subarray(base, base + many), order, free);
    const core = {
      entries: copies,
      profit: Float64Array.from(bits.item, (m) => profits[m]!),
      weight: new Float64Array(copies * width),
      reduced: Float64Array.from(bits.item, reducedOf),
      room,
      multipliers,
      twin: Uint8Array.from(bits.item, (m, bit) => (bit > 0 && bits.item[bit - 1] === m ? 1 : 0)),
      limit,
    };
    bits.item.forEach((m, bit) => {
      for (let k = 0; k < width; k++) core.weight[bit * width + k] = weight[(first + m) * width + k]!;
    });
    const words = wordsOf(bits);
    for (const side of SIDES) this.#halves[side].begin(this.#lists, side, words);
    let masks = 0;
    let items = most;
    const finished =
      slack <= 0 ||
      this.#lists.each(core, floor - value, (one, other) => {
        if (masks + words > this.#mask.length) this.#mask = grown(this.#mask);
        items -=
          1 + this.#halves[0].or(one, this.#mask, masks, true) + this.#halves[1].or(other, this.#mask, masks, false);
        masks += words;
        return items >= 0 ? floor - value : Number.POSITIVE_INFINITY;
      });
    if (!finished || items < 0) {
      this.#failed[b] = undecided;
      return false;
    }
    this.#columns.set(b, new ColumnList(bits, this.#mask.slice(0, masks)));
    return true;
  }

  /** Keeps the open items in order: those first that the multipliers decide most. */
  #insert(item: number, reduced: number, free: number): void {
    const size = Math.abs(reduced);
    let d = this.#open++;
    for (; d > 0 && Math.abs(this.#reduced[d - 1]!) < size; d--) {
      this.#order[d] = this.#order[d - 1]!;
      this.#reduced[d] = this.#reduced[d - 1]!;
      this.#free[d] = this.#free[d - 1]!;
    }
    this.#order[d] = item;
    this.#reduced[d] = reduced;
    this.#free[d] = free;
  }
}
