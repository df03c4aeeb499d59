import type { Highs } from 'highs';
import type { Assignment } from '../../model/assignment.ts';
import { leastReducedCosts } from '../../model/dual.ts';
import { type Instance, totalCopies } from '../../model/instance.ts';
import { type Care, type Clock, dive } from './dive.ts';
import { type Demand, generate } from './generate.ts';
import { Master } from './master.ts';
import { assignmentOfUses } from './pattern.ts';
import { PatternPool } from './pool.ts';

export interface PatternOptions extends Clock {
  /** Capacity prices (node classes × resources), from which the duals begin. */
  readonly prices: Float64Array;
  /** Tiers → copies that may stay unplaced, those of tasks without pairs left out. */
  readonly held: Float64Array;
  /** Whether the time for finding patterns is over, before the first dive and after it; rounds of pricing so far. */
  readonly enough: { roughly(rounds: number): boolean; fully(rounds: number): boolean };
  onAssignment(assignment: Assignment): void;
  /** Called with every better proven lower limit of the cost. */
  onBound(bound: number): void;
}

/** Copies for each entry and class together, and nodes for each class, from which patterns pay. */
const COPIES_PER_ROW = 5;
const NODES_PER_CLASS = 3;
/** Rows of the largest master. */
const MOST_ROWS = 1500;

/** Rounds of pricing, and branches of each knapsack, to cover all copies; copies that count as none. */
const COVER_ROUNDS = 30;
const COVER_BRANCHES = 10_000;
const UNCOVERED = 1e-6;

/** Dives, one after the other: a quick one first, so that there is something; each finds more patterns for the next. */
const DIVES: readonly Care[] = [
  { share: 0.1, rounds: 4, branches: 10_000, time: 0.25 },
  { share: 0.1, rounds: 12, branches: 10_000, time: 0.8 },
  { share: 0.05, rounds: 20, branches: 20_000, time: 0.8 },
  { share: 0.1, rounds: 40, branches: 20_000, time: 0.8 },
  { share: 0.05, rounds: 40, branches: 50_000, time: 0.8 },
  { share: 0, rounds: 40, branches: 50_000, time: 0.8 },
  { share: 0.02, rounds: 60, branches: 50_000, time: 0.8 },
];

/** Whether tasks and nodes are so much alike that whole nodes are filled in a few ways, many times each. */
export function repeats(instance: Instance): boolean {
  const { divisible, tasks, nodes } = instance;
  const rows = tasks + nodes.classes;
  return (
    !divisible &&
    rows <= MOST_ROWS &&
    nodes.copies >= NODES_PER_CLASS * nodes.classes &&
    totalCopies(instance) >= COPIES_PER_ROW * rows
  );
}

/**
 * Minimises the cost of an integral instance by patterns: the ways in which a node of each class can be filled are the
 * columns of a linear program, found as its duals ask for them, its solution is rounded by diving. The bound is that of
 * Dantzig and Wolfe, which knows that only whole copies fit on a node.
 */
export function solveByPatterns(highs: Highs, instance: Instance, options: PatternOptions): void {
  const start = leastReducedCosts(instance, instance.pairs.cost, options.prices);
  const left = instance.count.map((copies, i) => (start[i]! < Number.POSITIVE_INFINITY ? copies : 0));
  start.forEach((dual, i) => {
    if (dual === Number.POSITIVE_INFINITY) start[i] = 0;
  });
  const demand: Demand = { left, nodes: instance.size, held: options.held };
  const pool = new PatternPool(instance);
  const master = new Master(highs, instance, start, left, instance.size, options.held);
  try {
    // a quick dive first, so that there is something whatever comes; then the bound, and dives with more care
    const { enough, expired, onBound } = options;
    const rough = generate(
      pool,
      master,
      demand,
      { bound: Number.NEGATIVE_INFINITY, duals: start },
      enough.roughly,
      onBound,
    );
    master.unbox();
    if (!covers(pool, master, demand, options)) return;
    for (const [turn, care] of DIVES.entries()) {
      if (turn === 1) {
        master.restrict(left, instance.size, () => true, pool.patterns.length);
        if (master.solve()) generate(pool, master, demand, rough, enough.fully, onBound);
      }
      if (expired()) return;
      const uses = dive(pool, master, demand, care, options);
      if (uses) options.onAssignment(assignmentOfUses(instance, uses));
    }
  } finally {
    master.dispose();
  }
}

/** Finds patterns until all copies are covered. Returns whether they are: else too few fit at all, or time is over. */
function covers(
  pool: PatternPool,
  master: Master,
  { left, nodes, held }: Demand,
  { expired }: PatternOptions,
): boolean {
  for (let round = 0; round < COVER_ROUNDS && master.solve() && !expired(); round++) {
    if (master.uncovered <= UNCOVERED) return true;
    pool.price(master, master.duals, left, nodes, held, COVER_BRANCHES);
  }
  return false;
}
