import type { Instance } from '../../model/instance.ts';
import { Knapsack } from './knapsack.ts';
import type { Master } from './master.ts';
import type { Pattern } from './pattern.ts';

/** What one round of pricing came to. */
export interface Pricing {
  readonly added: number; // new patterns
  readonly bound: number; // proven lower limit of the cost of what is left
  readonly complete: number; // share of the knapsacks that were solved to the end
}

/** Share of its terms that rounding may make of a bound. */
const ROUNDING = 2e-12;

/** The patterns known so far, kept beside their master, and the knapsacks that find better ones. */
export class PatternPool {
  readonly patterns: Pattern[] = [];
  readonly #instance: Instance;
  readonly #known = new Set<string>();
  readonly #members: Int32Array[]; // classes → its pairs
  readonly #taskOf: Int32Array; // pairs → task
  readonly #knapsack: Knapsack;
  readonly #items: Int32Array; // pairs in the knapsack

  constructor(instance: Instance) {
    const { pairs, tasks, nodes, width } = instance;
    this.#instance = instance;
    this.#taskOf = new Int32Array(pairs.node.length);
    for (let i = 0; i < tasks; i++) this.#taskOf.fill(i, pairs.start[i]!, pairs.start[i + 1]!);
    const members: number[][] = Array.from({ length: nodes.classes }, () => []);
    pairs.node.forEach((q, p) => {
      members[q]!.push(p);
    });
    this.#members = members.map((list) => Int32Array.from(list));
    this.#knapsack = new Knapsack(tasks, width);
    this.#items = new Int32Array(tasks);
  }

  /** Adds a pattern to the pool and its master, unless it is known. */
  add(master: Master, pattern: Pattern): boolean {
    const key = `${pattern.nodeClass}:${pattern.task.join()}:${pattern.copies.join()}`;
    if (this.#known.has(key)) return false;
    this.#known.add(key);
    this.patterns.push(pattern);
    master.add(pattern);
    return true;
  }

  /**
   * Finds the best pattern of each class at these duals (tasks) within the copies left (tasks) and adds it where it is
   * new. The bound is Lagrangian: what covering is worth less what the best patterns take of it; `held` (tiers) copies
   * may stay unplaced. Each knapsack looks at no more than `branches` branches, and passes on its proven limit beyond.
   */
  price(
    master: Master,
    duals: Float64Array,
    left: Float64Array,
    nodes: Float64Array,
    held: Float64Array,
    branches: number,
  ): Pricing {
    const floors = this.#bestKnown(duals, left);
    let added = 0;
    let solved = 0;
    let complete = 0;
    let gained = 0;
    for (let i = 0; i < duals.length; i++) gained += duals[i]! * left[i]!;
    let given = worthOfUnplaced(this.#instance, duals, held);
    for (let q = 0; q < nodes.length; q++) {
      if (nodes[q]! <= 0) continue;
      const { upper, pattern } = this.#bestPattern(q, duals, left, floors[q]!, branches);
      given += nodes[q]! * upper;
      solved++;
      if (this.#knapsack.complete) complete++;
      if (pattern && this.add(master, pattern)) added++;
    }
    const bound = gained - given - ROUNDING * (gained + given);
    return { added, bound, complete: solved > 0 ? complete / solved : 1 };
  }

  /** Whether a pattern takes no more copies than are left. */
  fits(pattern: Pattern, left: Float64Array): boolean {
    return pattern.task.every((i, at) => pattern.copies[at]! <= left[i]!);
  }

  /** Classes → worth at these duals of the best pattern known. */
  #bestKnown(duals: Float64Array, left: Float64Array): Float64Array {
    const best = new Float64Array(this.#instance.nodes.classes);
    for (const pattern of this.patterns) {
      let worth = -pattern.cost;
      for (let at = 0; at < pattern.task.length; at++) worth += pattern.copies[at]! * duals[pattern.task[at]!]!;
      if (worth > best[pattern.nodeClass]! && this.fits(pattern, left)) best[pattern.nodeClass] = worth;
    }
    return best;
  }

  #bestPattern(
    q: number,
    duals: Float64Array,
    left: Float64Array,
    floor: number,
    branches: number,
  ): { upper: number; pattern: Pattern | null } {
    const { pairs, width, limit } = this.#instance;
    const knapsack = this.#knapsack;
    const items = this.#items;
    let many = 0;
    knapsack.clear();
    for (const p of this.#members[q]!) {
      const i = this.#taskOf[p]!;
      const profit = duals[i]! - pairs.cost[p]!;
      if (profit <= 0 || left[i]! < 1) continue;
      items[many++] = p;
      knapsack.add(profit, pairs.demand, pairs.row[p]! * width, left[i]!);
    }
    const upper = knapsack.solve(limit, q * width, floor, branches);
    const task: number[] = [];
    const copies: number[] = [];
    let cost = 0;
    for (let n = 0; n < many; n++) {
      const taken = knapsack.taken[n]!;
      if (taken === 0) continue;
      task.push(this.#taskOf[items[n]!]!);
      copies.push(taken);
      cost += taken * pairs.cost[items[n]!]!;
    }
    const pattern =
      task.length > 0 ? { nodeClass: q, task: Int32Array.from(task), copies: Int32Array.from(copies), cost } : null;
    return { upper, pattern };
  }
}

/** What the copies held unplaced would be worth at most: each tier's at the highest dual in it. */
function worthOfUnplaced({ tier }: Instance, duals: Float64Array, held: Float64Array): number {
  const highest = new Float64Array(held.length);
  duals.forEach((dual, i) => {
    highest[tier[i]!] = Math.max(highest[tier[i]!]!, dual);
  });
  return highest.reduce((sum, dual, t) => sum + dual * held[t]!, 0);
}
