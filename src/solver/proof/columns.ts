import type { ColumnList } from './column-list.ts';
import type { Domains } from './domains.ts';
import type { ProofProblem } from './problem.ts';

/** What a bin's list was before a change. */
interface Change {
  readonly bin: number;
  readonly list: ColumnList | null;
  readonly active: number;
}

/**
 * Lists of every set that a bin may still take, for bins where they are few: made by {@link Enumeration} out of all whose
 * reduced cost leaves room below the cut-off, and getting shorter as duals, decisions and cut-offs rule sets out. A listed
 * bin needs no knapsack: its best set is the best of the list. Ruling out single sets is stronger than ruling out items
 * (Baldacci, Christofides, Mingozzi 2008 enumerate routes alike).
 */
export class Columns {
  readonly #problem: ProofProblem;
  readonly #domains: Domains;
  readonly #lists: (ColumnList | null)[]; // bins
  readonly #stamp: Int32Array; // bins → stamp of the domains when the list agreed with them
  readonly #concluded: Int32Array; // bins → active columns when the domains were last narrowed to them
  readonly #trail: Change[] = [];
  #items = 0;

  constructor(problem: ProofProblem, domains: Domains) {
    this.#problem = problem;
    this.#domains = domains;
    this.#lists = new Array<ColumnList | null>(domains.bins).fill(null);
    this.#stamp = new Int32Array(domains.bins);
    this.#concluded = new Int32Array(domains.bins);
  }

  /** Numbers in memory. */
  get items(): number {
    return this.#items;
  }

  listed(b: number): boolean {
    return this.#lists[b] !== null;
  }

  /** The list of a bin that has one. */
  of(b: number): ColumnList {
    return this.#lists[b]!;
  }

  /** A point to return to. */
  get mark(): number {
    return this.#trail.length;
  }

  /** Takes back everything since `mark`. */
  undo(mark: number): void {
    while (this.#trail.length > mark) {
      const { bin, list, active } = this.#trail.pop()!;
      if (this.#lists[bin] !== list) this.#items -= this.#lists[bin]!.items;
      this.#lists[bin] = list;
      if (list) list.active = active;
      this.#stamp[bin] = this.#concluded[bin] = -1;
    }
  }

  /** Gives a bin a list, of which its domains allow every column. */
  set(b: number, list: ColumnList): void {
    this.#trail.push({ bin: b, list: null, active: 0 });
    this.#lists[b] = list;
    this.#items += list.items;
    this.#stamp[b] = this.#domains.stamp[b]!;
    this.#concluded[b] = -1;
  }

  /** Gives bin `to`, just set apart from `from`, the list of the latter. */
  share(from: number, to: number): void {
    const list = this.#lists[from];
    if (from === to || !list) return;
    this.set(to, list.copy());
    this.#stamp[to] = -1; // the domains of both have just changed
  }

  /**
   * The greatest value of a bin's columns at task prices `v`, −∞ when none is left; the best one's copies in `x` (cells),
   * in the place of the last best one's.
   */
  evaluate(b: number, v: Float64Array, x: Int32Array): number {
    const list = this.#lists[b]!;
    const { base: bases, kind, stamp } = this.#domains;
    const base = bases[b]!;
    if (this.#stamp[b] !== stamp[b]) {
      this.#change(b, () => list.agree(this.#domains, base));
      this.#stamp[b] = stamp[b]!;
    }
    const { task, cost, start } = this.#problem;
    const first = start[kind[b]!]!;
    const { bits, member, length } = list;
    x.fill(0, base, base + start[kind[b]! + 1]! - first);
    let sure = 0;
    for (let n = 0; n < bits.sure.length; n++) {
      const m = bits.sure[n]!;
      x[base + m]!++;
      sure += v[task[first + m]!]! - cost[first + m]!;
    }
    const best = list.evaluate(v, sure);
    if (best < 0) return Number.NEGATIVE_INFINITY;
    for (let at = best * length, n = 0; n < length && member[at]! < bits.bits; n++, at++)
      x[base + bits.item[member[at]!]!]!++;
    return list.value[best]!;
  }

  /** Rules out columns: `narrow` does. Returns whether any is left. */
  sift(b: number, narrow: (list: ColumnList) => void): boolean {
    const list = this.#lists[b]!;
    this.#change(b, () => narrow(list));
    return list.active > 0;
  }

  /** Narrows the bin's domains to what its columns hold. */
  conclude(b: number): void {
    const domains = this.#domains;
    const list = this.#lists[b]!;
    if (this.#concluded[b] === list.active && this.#stamp[b] === domains.stamp[b]) return;
    const first = this.#concluded[b] === -1;
    this.#concluded[b] = list.active;
    const before = domains.stamp[b]!;
    const base = domains.base[b]!;
    list.conclude(domains, b, base, first);
    if (this.#stamp[b] === before) this.#stamp[b] = domains.stamp[b]!;
  }

  #change(b: number, narrow: () => void): void {
    const list = this.#lists[b]!;
    const before = list.active;
    narrow();
    if (list.active < before) this.#trail.push({ bin: b, list, active: before });
  }
}
