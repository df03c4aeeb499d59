import { ColumnStore, grown } from './column-store.ts';
import type { Domains } from './domains.ts';
import type { ProofProblem } from './problem.ts';

/** Numbers of one entry of the trail: bin; its active columns, first id, all columns and ids before. */
const ENTRY = 5;

/**
 * Lists of every set that a bin may still take, for bins where they are few: made by {@link Enumeration} out of all whose
 * reduced cost leaves room below the cut-off, and getting shorter as duals, decisions and cut-offs rule sets out. A listed
 * bin needs no knapsack: its best set is the best of the list. Ruling out single sets is stronger than ruling out items
 * (Baldacci, Christofides, Mingozzi 2008 enumerate routes alike).
 *
 * A list is a sparse set: the active ids come first, so that undoing is to restore their number.
 */
export class Columns {
  readonly #problem: ProofProblem;
  readonly #domains: Domains;
  /** Bins → active columns; −1: not listed. */
  readonly active: Int32Array;
  readonly #first: Int32Array; // bins → first id
  readonly #stamp: Int32Array; // bins → stamp of the domains when the list agreed with them
  readonly #concluded: Int32Array; // bins → active columns when the domains were last narrowed to them
  readonly #store = new ColumnStore();
  #id = new Int32Array(1024); // columns, by bin
  #ids = 0;
  #trail = new Int32Array(ENTRY * 1024);
  #trailed = 0;
  readonly #holders: Int32Array; // items of a kind → active columns that hold it
  readonly #least: Int32Array; // … → fewest copies in those
  readonly #most: Int32Array; // … → most copies
  readonly #marks: Int32Array; // items of a kind → bit of one of the best column

  constructor(problem: ProofProblem, domains: Domains) {
    this.#problem = problem;
    this.#domains = domains;
    this.active = new Int32Array(domains.bins).fill(-1);
    this.#first = new Int32Array(domains.bins);
    this.#stamp = new Int32Array(domains.bins);
    this.#concluded = new Int32Array(domains.bins).fill(-1);
    let items = 0;
    for (let q = 0; q < problem.kinds; q++) items = Math.max(items, problem.start[q + 1]! - problem.start[q]!);
    this.#holders = new Int32Array(items);
    this.#least = new Int32Array(items);
    this.#most = new Int32Array(items);
    this.#marks = new Int32Array(items);
  }

  /** Items of all sets in memory. */
  get items(): number {
    return this.#store.start[this.#store.length]!;
  }

  listed(b: number): boolean {
    return this.active[b]! >= 0;
  }

  /** A point to return to. */
  get mark(): number {
    return this.#trailed;
  }

  /** Takes back everything since `mark`. */
  undo(mark: number): void {
    const trail = this.#trail;
    while (this.#trailed > mark) {
      this.#trailed -= ENTRY;
      const at = this.#trailed;
      const b = trail[at]!;
      this.active[b] = trail[at + 1]!;
      this.#first[b] = trail[at + 2]!;
      this.#store.length = trail[at + 3]!;
      this.#ids = trail[at + 4]!;
      this.#stamp[b] = this.#concluded[b] = -1;
    }
  }

  /** Begins the list of a bin, to which columns are then added. */
  open(b: number): void {
    this.#remember(b);
    this.#first[b] = this.#ids;
    this.active[b] = 0;
    this.#stamp[b] = this.#domains.stamp[b]!;
  }

  /** Adds the set of `items[0 … length)` (ascending, repeated for copies) to the bin last opened. */
  add(b: number, items: Int32Array, length: number): void {
    const { start, task, cost } = this.#problem;
    const column = this.#store.add(items, length, start[this.#domains.kind[b]!]!, task, cost);
    if (this.#ids === this.#id.length) this.#id = grown(this.#id);
    this.#id[this.#ids++] = column;
    this.active[b]!++;
  }

  /** Gives bin `to`, just set apart from `from`, the list of the latter. */
  share(from: number, to: number): void {
    if (from === to || !this.listed(from)) return;
    this.#remember(to);
    const [first, active] = [this.#first[from]!, this.active[from]!];
    while (this.#ids + active > this.#id.length) this.#id = grown(this.#id);
    this.#id.copyWithin(this.#ids, first, first + active);
    this.#first[to] = this.#ids;
    this.active[to] = active;
    this.#ids += active;
    this.#stamp[to] = this.#stamp[from] === this.#domains.stamp[from] ? this.#domains.stamp[to]! : -1;
  }

  /**
   * The greatest value of a bin's columns at task prices `v`, −∞ when none is left; the best one's copies in `x` (cells),
   * in the place of the last best one's.
   */
  evaluate(b: number, v: Float64Array, x: Int32Array): number {
    if (this.#stamp[b] !== this.#domains.stamp[b]) this.#agree(b);
    const [id, start, task, cost, values] = [
      this.#id,
      this.#store.start,
      this.#store.task,
      this.#store.cost,
      this.#store.value,
    ];
    const first = this.#first[b]!;
    const end = first + this.active[b]!;
    let most = Number.NEGATIVE_INFINITY;
    let best = -1;
    for (let at = first; at < end; at++) {
      const column = id[at]!;
      let value = -cost[column]!;
      const last = start[column + 1]!;
      for (let n = start[column]!; n < last; n++) value += v[task[n]!]!;
      values[column] = value;
      if (value > most) {
        most = value;
        best = column;
      }
    }
    const base = this.#domains.base[b]!;
    const q = this.#domains.kind[b]!;
    x.fill(0, base, base + this.#problem.start[q + 1]! - this.#problem.start[q]!);
    if (best >= 0) for (let n = start[best]!; n < start[best + 1]!; n++) x[base + this.#store.item[n]!]!++;
    return most;
  }

  /**
   * What it costs, at the last evaluation, to have an item in the set (`inside`, by cell) or not (`outside`): the best
   * value less the best of the columns with it, or without.
   */
  losses(b: number, gain: number, inside: Float64Array, outside: Float64Array): void {
    const base = this.#domains.base[b]!;
    const q = this.#domains.kind[b]!;
    const many = this.#problem.start[q + 1]! - this.#problem.start[q]!;
    inside.fill(Number.POSITIVE_INFINITY, base, base + many);
    outside.fill(0, base, base + many);
    const first = this.#first[b]!;
    const end = first + this.active[b]!;
    let best = this.#id[first]!;
    for (let at = first; at < end; at++) {
      const column = this.#id[at]!;
      const loss = gain - this.#store.value[column]!;
      if (this.#store.value[column]! > this.#store.value[best]!) best = column;
      for (let n = this.#store.start[column]!; n < this.#store.start[column + 1]!; n++) {
        const cell = base + this.#store.item[n]!;
        if (loss < inside[cell]!) inside[cell] = loss;
      }
    }
    // without: only the items of the best column lose anything
    const marks = this.#marks;
    let all = 0;
    for (let n = this.#store.start[best]!; n < this.#store.start[best + 1]!; n++) {
      const item = this.#store.item[n]!;
      if (marks[item] !== 0 || all === -1) continue;
      const bit = all + 1; // lowest bit not in use
      marks[item] = bit;
      all |= bit;
      outside[base + item] = Number.POSITIVE_INFINITY;
    }
    let worst = Number.POSITIVE_INFINITY;
    for (let at = first; at < end; at++) {
      const column = this.#id[at]!;
      const loss = gain - this.#store.value[column]!;
      if (loss >= worst) continue;
      let held = 0;
      for (let n = this.#store.start[column]!; n < this.#store.start[column + 1]!; n++)
        held |= marks[this.#store.item[n]!]!;
      if (held === all) continue;
      worst = 0;
      for (let n = this.#store.start[best]!; n < this.#store.start[best + 1]!; n++) {
        const item = this.#store.item[n]!;
        if (marks[item] === 0) continue;
        if ((held & marks[item]!) === 0 && loss < outside[base + item]!) outside[base + item] = loss;
        if (outside[base + item]! > worst) worst = outside[base + item]!;
      }
    }
    for (let n = this.#store.start[best]!; n < this.#store.start[best + 1]!; n++) marks[this.#store.item[n]!] = 0;
  }

  /**
   * Rules out the columns whose reduced cost passes `slack` together with the most that one item adds elsewhere: `force`
   * (by cell) where the column has it, `lack` where it has not.
   */
  probe(b: number, gain: number, slack: number, force: Float64Array, lack: Float64Array): boolean {
    const base = this.#domains.base[b]!;
    const q = this.#domains.kind[b]!;
    const many = this.#problem.start[q + 1]! - this.#problem.start[q]!;
    // the items dearest to lack, of which a column seldom misses none
    let lacking = 0;
    const order = this.#holders;
    for (let m = 0; m < many; m++) {
      const price = lack[base + m]!;
      if (price <= 0) continue;
      let d = lacking++;
      for (; d > 0 && lack[base + order[d - 1]!]! < price; d--) order[d] = order[d - 1]!;
      order[d] = m;
    }
    return this.#sift(b, (column) => {
      let most = 0;
      const start = this.#store.start[column]!;
      const end = this.#store.start[column + 1]!;
      for (let n = start; n < end; n++)
        if (force[base + this.#store.item[n]!]! > most) most = force[base + this.#store.item[n]!]!;
      for (let d = 0; d < lacking; d++) {
        const item = order[d]!;
        if (lack[base + item]! <= most) break;
        let has = false;
        for (let n = start; n < end; n++) if (this.#store.item[n] === item) has = true;
        if (has) continue;
        most = lack[base + item]!;
        break;
      }
      return gain - this.#store.value[column]! + most <= slack;
    });
  }

  /** Rules out the columns worth less than `floor` at the last evaluation. Returns whether any is left. */
  raise(b: number, floor: number): boolean {
    return this.#sift(b, (column) => this.#store.value[column]! >= floor);
  }

  /** Narrows the bin's domains to what its columns hold. */
  conclude(b: number): void {
    const domains = this.#domains;
    if (this.#concluded[b] === this.active[b] && this.#stamp[b] === domains.stamp[b]) return;
    this.#concluded[b] = this.active[b]!;
    const q = domains.kind[b]!;
    const many = this.#problem.start[q + 1]! - this.#problem.start[q]!;
    const base = domains.base[b]!;
    const [holders, least, most] = [this.#holders, this.#least, this.#most];
    holders.fill(0, 0, many);
    most.fill(0, 0, many);
    const first = this.#first[b]!;
    const active = this.active[b]!;
    for (let at = first; at < first + active; at++) {
      const column = this.#id[at]!;
      const end = this.#store.start[column + 1]!;
      for (let n = this.#store.start[column]!; n < end; ) {
        const item = this.#store.item[n]!;
        let copies = 0;
        for (; n < end && this.#store.item[n] === item; n++) copies++;
        if (holders[item]!++ === 0 || copies < least[item]!) least[item] = copies;
        if (copies > most[item]!) most[item] = copies;
      }
    }
    const before = domains.stamp[b]!;
    for (let m = 0; m < many; m++) {
      if (domains.low[base + m] === domains.high[base + m]) continue;
      domains.narrow(b, base + m, holders[m] === active ? least[m]! : 0, most[m]!);
    }
    if (this.#stamp[b] === before) this.#stamp[b] = domains.stamp[b]!;
  }

  /** Rules out the columns that the domains no longer allow. */
  #agree(b: number): void {
    const { low, high, kind, base: bases } = this.#domains;
    const q = kind[b]!;
    const base = bases[b]!;
    let must = 0;
    for (let m = this.#problem.start[q + 1]! - this.#problem.start[q]! - 1; m >= 0; m--) must += low[base + m]!;
    this.#sift(b, (column) => {
      const end = this.#store.start[column + 1]!;
      let met = 0;
      for (let n = this.#store.start[column]!; n < end; ) {
        const item = this.#store.item[n]!;
        let copies = 0;
        for (; n < end && this.#store.item[n] === item; n++) copies++;
        if (copies > high[base + item]!) return false;
        met += Math.min(copies, low[base + item]!);
      }
      return met === must;
    });
    this.#stamp[b] = this.#domains.stamp[b]!;
  }

  /** Keeps the columns that pass. Returns whether any does. */
  #sift(b: number, passes: (column: number) => boolean): boolean {
    const id = this.#id;
    const first = this.#first[b]!;
    let end = first + this.active[b]!;
    const before = end;
    for (let at = first; at < end; ) {
      const column = id[at]!;
      if (passes(column)) {
        at++;
        continue;
      }
      id[at] = id[--end]!;
      id[end] = column;
    }
    if (end !== before) {
      this.#remember(b);
      this.active[b] = end - first;
    }
    return end > first;
  }

  #remember(b: number): void {
    if (this.#trailed + ENTRY > this.#trail.length) this.#trail = grown(this.#trail);
    const at = this.#trailed;
    this.#trail[at] = b;
    this.#trail[at + 1] = this.active[b]!;
    this.#trail[at + 2] = this.#first[b]!;
    this.#trail[at + 3] = this.#store.length;
    this.#trail[at + 4] = this.#ids;
    this.#trailed += ENTRY;
  }
}
