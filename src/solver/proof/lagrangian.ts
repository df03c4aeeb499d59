import { Columns } from './columns.ts';
import type { Domains } from './domains.ts';
import { Enumeration } from './enumeration.ts';
import { Knapsack } from './knapsack.ts';
import { KnownSets } from './known-sets.ts';
import type { ProofProblem } from './problem.ts';
import { WIDER } from './rooms.ts';

/** Rounds that improve a knapsack's multipliers, which start where the last ones of the bin ended. */
const PASSES = 2;
/** Sets are looked for first that lack so many times of the limit what the last best one did. */
const NEAR = 1.5;

/**
 * The Lagrangian of the assignment rows at task prices v within the domains of the tree:
 *
 *     Σ_i copies_i v_i − Σ_bins size · max { Σ_i (v_i − cost_i) x_i : x fits the bin, low ≤ x ≤ high }
 *
 * a lower bound of the cost at any v, at best that of Dantzig and Wolfe's master (Fisher 1981). Each bin's knapsack is
 * solved exactly.
 */
export class Lagrangian {
  readonly problem: ProofProblem;
  readonly domains: Domains;
  readonly knapsack: Knapsack;
  /** Bins listed by {@link list} have their sets here and need no knapsack. */
  readonly columns: Columns;
  readonly #enumeration: Enumeration;
  readonly x: Int32Array; // cells → copies in the best sets of the last evaluation
  readonly chosen: Int32Array; // the first `chosenCells` are those of `x` above 0
  chosenCells = 0;
  readonly gain: Float64Array; // bins → value of the best set of one copy, or what none is worth more than where that search was given up
  readonly limit: Float64Array; // bins → upper limit of it by the multipliers
  readonly multipliers: Float64Array; // bins × resources, of that limit, for a unit of weight
  readonly cover: Int32Array; // tasks → copies in bins, size times each
  /** Whether there is no time left: what is under way may be given up. */
  readonly late: () => boolean;
  value = 0;
  /** Magnitude of the sums, of which rounding is a share. */
  magnitude = 0;
  readonly #loose: Float64Array; // bins → what the last best set was worth less than the multipliers' limit
  readonly #entryItem: Int32Array; // knapsack entries → item of the kind (from 0)
  readonly #known: KnownSets;
  readonly #profits: Float64Array; // items of a kind → v − cost
  readonly #order: Int32Array;

  /** `late` is asked after each bin: true cuts an evaluation short, which then proves nothing. */
  constructor(problem: ProofProblem, domains: Domains, prices: Float64Array, late: () => boolean = () => false) {
    this.late = late;
    this.problem = problem;
    this.domains = domains;
    const { kinds, start, most, width } = problem;
    let entries = 0;
    let items = 0;
    for (let q = 0; q < kinds; q++) {
      let sum = 0;
      for (let e = start[q]!; e < start[q + 1]!; e++) sum += most[e]!;
      if (q < problem.classes) entries = Math.max(entries, sum);
      items = Math.max(items, start[q + 1]! - start[q]!);
    }
    this.knapsack = new Knapsack(entries, width, problem.whole);
    this.columns = new Columns(problem, domains);
    this.#enumeration = new Enumeration(problem, domains, this.columns);
    this.#entryItem = new Int32Array(entries);
    this.#profits = new Float64Array(items);
    this.#order = new Int32Array(items);
    this.x = new Int32Array(domains.cells);
    this.chosen = new Int32Array(domains.cells);
    this.gain = new Float64Array(domains.bins);
    this.limit = new Float64Array(domains.bins);
    this.#loose = new Float64Array(domains.bins);
    this.multipliers = new Float64Array(domains.bins * width);
    for (let b = 0; b < domains.bins; b++) {
      const q = domains.kind[b]!;
      if (q >= problem.classes) continue;
      for (let k = 0; k < width; k++)
        this.multipliers[b * width + k] = prices[q * width + k]! * problem.unit[q * width + k]!;
    }
    this.cover = new Int32Array(problem.tasks);
    this.#known = new KnownSets(problem, domains, entries);
  }

  /** Evaluates the bound at `v`; its subgradient is copies − cover. */
  evaluate(v: Float64Array): number {
    const { problem, domains, cover } = this;
    cover.fill(0);
    this.chosenCells = 0;
    let value = 0;
    let magnitude = 0;
    for (let i = 0; i < problem.tasks; i++) {
      value += problem.copies[i]! * v[i]!;
      magnitude += problem.copies[i]! * Math.abs(v[i]!);
    }
    for (let b = 0; b < domains.bins; b++) {
      if (domains.size[b] === 0) continue;
      const gain = this.solveBin(b, v);
      this.gain[b] = gain;
      value -= domains.size[b]! * gain;
      this.#count(b);
      if (this.late()) {
        value = Number.NEGATIVE_INFINITY;
        break;
      }
    }
    this.magnitude = magnitude;
    this.value = value;
    return value;
  }

  /** What rounding may make of the value. */
  get rounding(): number {
    return Number.isFinite(this.value) ? 1e-12 * (this.magnitude + Math.abs(this.value)) : 0;
  }

  #count(b: number): void {
    const { problem, domains, x, cover } = this;
    const q = domains.kind[b]!;
    const first = problem.start[q]!;
    const base = domains.base[b]!;
    const size = domains.size[b]!;
    for (let e = first, cell = base; e < problem.start[q + 1]!; e++, cell++) {
      const n = x[cell]!;
      if (n === 0) continue;
      cover[problem.task[e]!]! += size * n;
      this.chosen[this.chosenCells++] = cell;
    }
  }

  /** Solves a bin's knapsack at `v`, its set into `x`; returns its value. */
  solveBin(b: number, v: Float64Array): number {
    const { problem, domains, x } = this;
    const q = domains.kind[b]!;
    const first = problem.start[q]!;
    const many = problem.start[q + 1]! - first;
    const base = domains.base[b]!;
    if (this.columns.listed(b)) {
      this.limit[b] = this.columns.evaluate(b, v, x);
      return this.limit[b]!;
    }
    this.#price(q, v);
    if (q >= problem.classes) return this.#fillOutside(b);

    const fixed = this.#load(b, -1, 0, 0);
    const { knapsack } = this;
    const known = this.#known.best(b, this.#profits, x);
    const floor = known === Number.NEGATIVE_INFINITY ? -1 : known - fixed;
    const width = problem.width;
    for (let k = 0; k < width; k++) knapsack.multipliers[k] = this.multipliers[b * width + k]!;
    const value = knapsack.solve(floor, PASSES, false, NEAR * this.#loose[b]!);
    this.#loose[b] = knapsack.limit - value;
    for (let k = 0; k < width; k++) this.multipliers[b * width + k] = knapsack.multipliers[k]!;
    this.limit[b] = fixed + Math.max(knapsack.limit, value);
    if (known > Number.NEGATIVE_INFINITY && value <= floor) {
      this.#known.take(b, this.#profits, x);
      return knapsack.exact ? known : fixed + knapsack.ceiling;
    }
    for (let n = 0; n < many; n++) x[base + n] = domains.low[base + n]!;
    for (let e = 0; e < knapsack.entries; e++) if (knapsack.taken[e]) x[base + this.#entryItem[e]!]!++;
    this.#known.keep(b, x);
    return fixed + (knapsack.exact ? value : knapsack.ceiling);
  }

  /**
   * Whether some set of a node's bin with `low` to `high` copies of item n (from 0) is worth more than `floor` at `v`.
   */
  worthMore(b: number, n: number, low: number, high: number, floor: number, v: Float64Array): boolean {
    const { problem, domains, knapsack } = this;
    const q = domains.kind[b]!;
    this.#price(q, v);
    const fixed = this.#load(b, n, low, high);
    if (Number.isNaN(fixed)) return false;
    const { width } = problem;
    for (let k = 0; k < width; k++) knapsack.multipliers[k] = this.multipliers[b * width + k]!;
    const target = floor - fixed;
    if (target < 0) return true;
    return knapsack.solve(target, PASSES, true) > target || !knapsack.exact;
  }

  /** Lists the sets of a node's bin worth more than `floor` at `v`, unless they hold more than `most` items. */
  list(b: number, v: Float64Array, floor: number, most: number): boolean {
    const { problem, domains } = this;
    const { width } = problem;
    const q = domains.kind[b]!;
    this.#price(q, v);
    return this.#enumeration.list(b, this.#profits, this.multipliers.subarray(b * width, (b + 1) * width), floor, most);
  }

  /** Sets the profits of the items of a kind. */
  #price(q: number, v: Float64Array): void {
    const { start, task, cost } = this.problem;
    const first = start[q]!;
    for (let e = first; e < start[q + 1]!; e++) this.#profits[e - first] = v[task[e]!]! - cost[e]!;
  }

  #byProfit(many: number): Int32Array {
    const order = this.#order.subarray(0, many);
    for (let m = 0; m < many; m++) order[m] = m;
    const profits = this.#profits;
    return order.sort((a, b) => profits[b]! - profits[a]! || a - b);
  }

  #fillOutside(b: number): number {
    const { problem, domains, x } = this;
    const q = domains.kind[b]!;
    const many = problem.start[q + 1]! - problem.start[q]!;
    const base = domains.base[b]!;
    let left = problem.quota[q]!;
    let value = 0;
    for (let m = 0; m < many; m++) {
      x[base + m] = domains.low[base + m]!;
      left -= x[base + m]!;
      value += x[base + m]! * this.#profits[m]!;
    }
    for (const m of this.#byProfit(many)) {
      if (left <= 0) break;
      const more = Math.min(left, domains.high[base + m]! - domains.low[base + m]!);
      x[base + m]! += more;
      value += more * this.#profits[m]!;
      left -= more;
    }
    this.limit[b] = value;
    return value;
  }

  /** Fills the knapsack with a bin's open items, those of item n (−1: none) within other limits. Returns the profit of what is in for sure; NaN when that does not fit. */
  #load(b: number, n: number, low: number, high: number): number {
    const { problem, domains, knapsack } = this;
    const { width, weight } = problem;
    const q = domains.kind[b]!;
    const first = problem.start[q]!;
    const many = problem.start[q + 1]! - first;
    const base = domains.base[b]!;
    const profits = this.#profits;
    const { room } = knapsack;
    for (let k = 0; k < width; k++) room[k] = problem.room[q * width + k]!;
    let fixed = 0;
    for (let m = 0; m < many; m++) {
      const sure = m === n ? low : domains.low[base + m]!;
      if (sure === 0) continue;
      fixed += sure * profits[m]!;
      for (let k = 0; k < width; k++) room[k]! -= sure * weight[(first + m) * width + k]!;
    }
    for (let k = 0; k < width; k++) {
      if (room[k]! < -WIDER) return Number.NaN;
      if (room[k]! < 0) room[k] = 0;
    }
    let entries = 0;
    for (let m = 0; m < many; m++) {
      const p = profits[m]!;
      if (p <= 0) continue;
      const free = m === n ? high - low : domains.high[base + m]! - domains.low[base + m]!;
      if (free === 0) continue;
      const at = (first + m) * width;
      let fits = true;
      for (let k = 0; k < width; k++) if (weight[at + k]! > room[k]!) fits = false;
      if (!fits) continue;
      for (let copy = 0; copy < free; copy++) {
        this.#entryItem[entries] = m;
        knapsack.profit[entries] = p;
        for (let k = 0; k < width; k++) knapsack.weight[entries * width + k] = weight[at + k]!;
        entries++;
      }
    }
    knapsack.entries = entries;
    return fixed;
  }
}
