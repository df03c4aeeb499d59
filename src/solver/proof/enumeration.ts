import { bitsOf, ColumnList, wordsOf } from './column-list.ts';
import type { Columns } from './columns.ts';
import type { Domains } from './domains.ts';
import { grown } from './grown.ts';
import type { ProofProblem } from './problem.ts';
import { WIDER } from './rooms.ts';

/** Most open items: the search is as deep as they are many. */
const MOST_OPEN = 2000;
/** Most copies of open items: a set has a bit for each. */
const MOST_BITS = 4000;

/**
 * Finds every set of a bin within its domains that is worth at least so much at given profits, dominated ones included: an
 * optimal assignment may need any of them. Depth first over the items that the multipliers leave open, most decided first.
 */
export class Enumeration {
  readonly #problem: ProofProblem;
  readonly #domains: Domains;
  readonly #columns: Columns;
  readonly #order: Int32Array; // open items, most decided first
  readonly #profit: Float64Array; // open items
  readonly #reduced: Float64Array;
  readonly #most: Int32Array; // open items → copies beyond those that are sure
  readonly #weight: Float64Array; // open items × resources
  readonly #rest: Float64Array; // open items + 1: most that those from here on add to the reduced value
  readonly #restWeight: Float64Array; // (open items + 1) × resources
  readonly #room: Float64Array; // depth × resources
  readonly #taken: Int32Array; // open items → copies beyond those that are sure
  readonly #firstBit: Int32Array; // open items → first bit
  #mask = new Int32Array(1024); // columns × words
  #masks = 0; // their length
  #words = 0;
  readonly #multipliers: Float64Array;
  #open = 0;
  #many = 0;
  #floor = 0;
  #steps = 0;
  #items = 0;
  readonly #failed: Float64Array; // bins → items undecided when it last gave up

  constructor(problem: ProofProblem, domains: Domains, columns: Columns) {
    this.#problem = problem;
    this.#domains = domains;
    this.#columns = columns;
    this.#failed = new Float64Array(domains.bins).fill(Number.POSITIVE_INFINITY);
    let items = 0;
    for (let q = 0; q < problem.classes; q++) items = Math.max(items, problem.start[q + 1]! - problem.start[q]!);
    const { width } = problem;
    this.#order = new Int32Array(items);
    this.#profit = new Float64Array(items);
    this.#reduced = new Float64Array(items);
    this.#most = new Int32Array(items);
    this.#weight = new Float64Array(items * width);
    this.#rest = new Float64Array(items + 1);
    this.#restWeight = new Float64Array((items + 1) * width);
    this.#room = new Float64Array((items + 1) * width);
    this.#taken = new Int32Array(items);
    this.#firstBit = new Int32Array(items);
    this.#multipliers = new Float64Array(width);
  }

  /**
   * Lists bin `b`: every set worth at least `floor` at `profits` (items of the kind). Gives up, the bin not listed, when
   * they hold more than `most` items or take 4 times as many steps, or when no fewer items are undecided than when it gave
   * up before. `multipliers` (resources, of a unit of weight) only guide.
   */
  list(b: number, profits: Float64Array, multipliers: Float64Array, floor: number, most: number): boolean {
    const { start, weight, width, room: rooms } = this.#problem;
    const { low, high, kind, base: bases } = this.#domains;
    const q = kind[b]!;
    const first = start[q]!;
    const base = bases[b]!;
    this.#many = start[q + 1]! - first;
    const room = this.#room;
    let value = 0;
    for (let k = 0; k < width; k++) room[k] = rooms[q * width + k]!;
    for (let m = 0; m < this.#many; m++) {
      const sure = low[base + m]!;
      if (sure === 0) continue;
      value += sure * profits[m]!;
      for (let k = 0; k < width; k++) room[k]! -= sure * weight[(first + m) * width + k]!;
    }
    for (let k = 0; k < width; k++) room[k] = Math.max(0, room[k]!) + WIDER;

    let reach = value; // the multipliers' upper limit of any set
    for (let k = 0; k < width; k++) {
      this.#multipliers[k] = multipliers[k]!;
      reach += multipliers[k]! * room[k]!;
    }
    const reducedOf = (m: number) => {
      let reduced = profits[m]!;
      for (let k = 0; k < width; k++) reduced -= multipliers[k]! * weight[(first + m) * width + k]!;
      return reduced;
    };
    for (let m = 0; m < this.#many; m++) {
      const free = high[base + m]! - low[base + m]!;
      if (free > 0) reach += free * Math.max(0, reducedOf(m));
    }
    const slack = reach - floor;
    if (slack < 0) floor = Number.POSITIVE_INFINITY; // nothing is worth that: an empty list
    this.#open = 0;
    let undecided = 0;
    for (let m = 0; m < this.#many; m++) {
      const free = high[base + m]! - low[base + m]!;
      if (free === 0) continue;
      const reduced = reducedOf(m);
      if (reduced < -slack) continue;
      if (!this.#fits((first + m) * width)) continue;
      if (reduced < slack) undecided++;
      this.#insert(m, reduced, free, profits[m]!, (first + m) * width);
    }
    if (undecided >= this.#failed[b]! || this.#open > MOST_OPEN) return false;
    this.#sumUp();
    this.#floor = floor;
    this.#steps = 4 * most;
    this.#items = most;
    const free = this.#most.slice(0, this.#open);
    if (free.reduce((sum, copies) => sum + copies, 0) > MOST_BITS) return false;
    const order = this.#order.slice(0, this.#open);
    const bits = bitsOf(this.#problem, q, low.subarray(base, base + this.#many), order, free);
    let bit = 0;
    for (let d = 0; d < this.#open; d++) {
      this.#firstBit[d] = bit;
      bit += this.#most[d]!;
    }
    this.#words = wordsOf(bits);
    this.#masks = 0;
    let reduced = value;
    for (let k = 0; k < width; k++) reduced += multipliers[k]! * room[k]!;
    if (floor < Number.POSITIVE_INFINITY && !this.#branch(0, value, reduced)) {
      this.#failed[b] = undecided;
      return false;
    }
    this.#columns.set(b, new ColumnList(bits, this.#mask.slice(0, this.#masks)));
    return true;
  }

  #fits(at: number): boolean {
    const { weight, width } = this.#problem;
    for (let k = 0; k < width; k++) if (weight[at + k]! > this.#room[k]!) return false;
    return true;
  }

  /** Keeps the open items in order: those first that the multipliers decide most. */
  #insert(item: number, reduced: number, free: number, profit: number, at: number): void {
    const { weight, width } = this.#problem;
    const size = Math.abs(reduced);
    let d = this.#open++;
    for (; d > 0 && Math.abs(this.#reduced[d - 1]!) < size; d--) {
      this.#order[d] = this.#order[d - 1]!;
      this.#reduced[d] = this.#reduced[d - 1]!;
      this.#most[d] = this.#most[d - 1]!;
      this.#profit[d] = this.#profit[d - 1]!;
      this.#weight.copyWithin(d * width, (d - 1) * width, d * width);
    }
    this.#order[d] = item;
    this.#reduced[d] = reduced;
    this.#most[d] = free;
    this.#profit[d] = profit;
    for (let k = 0; k < width; k++) this.#weight[d * width + k] = weight[at + k]!;
  }

  #sumUp(): void {
    const { width } = this.#problem;
    const open = this.#open;
    this.#rest[open] = 0;
    this.#restWeight.fill(0, open * width, (open + 1) * width);
    for (let d = open - 1; d >= 0; d--) {
      this.#rest[d] = this.#rest[d + 1]! + this.#most[d]! * Math.max(0, this.#reduced[d]!);
      for (let k = 0; k < width; k++)
        this.#restWeight[d * width + k] =
          this.#restWeight[(d + 1) * width + k]! + this.#most[d]! * this.#weight[d * width + k]!;
    }
  }

  /** `reduced`: the value with what room is left counted at the multipliers. False: given up. */
  #branch(depth: number, value: number, reduced: number): boolean {
    if (--this.#steps < 0) return false;
    const { width } = this.#problem;
    const at = depth * width;
    let reach = reduced + this.#rest[depth]!;
    for (let k = 0; k < width; k++) {
      const idle = this.#room[at + k]! - this.#restWeight[at + k]!;
      if (idle > 0) reach -= this.#multipliers[k]! * idle;
    }
    if (reach < this.#floor) return true;
    if (depth === this.#open) return value < this.#floor || this.#keep();
    for (let k = 0; k < width; k++) this.#room[at + width + k] = this.#room[at + k]!;
    let finished = true;
    for (let n = 0; ; ) {
      finished = this.#branch(depth + 1, value + n * this.#profit[depth]!, reduced + n * this.#reduced[depth]!);
      if (!finished || n === this.#most[depth]!) break;
      let fits = true;
      for (let k = 0; k < width; k++) if (this.#weight[at + k]! > this.#room[at + width + k]!) fits = false;
      if (!fits) break;
      for (let k = 0; k < width; k++) this.#room[at + width + k]! -= this.#weight[at + k]!;
      this.#taken[depth] = ++n;
    }
    this.#taken[depth] = 0;
    return finished;
  }

  #keep(): boolean {
    const words = this.#words;
    while (this.#masks + words > this.#mask.length) this.#mask = grown(this.#mask);
    const at = this.#masks;
    this.#mask.fill(0, at, at + words);
    this.#masks += words;
    this.#items--;
    for (let d = 0; d < this.#open; d++)
      for (let n = 0, bit = this.#firstBit[d]!; n < this.#taken[d]!; n++, bit++) {
        this.#mask[at + (bit >> 5)]! |= 1 << (bit & 31);
        this.#items--;
      }
    return this.#items >= 0;
  }
}
