import type { Highs } from 'highs';
import type { Instance } from '../../model/instance.ts';
import { Master } from '../patterns/master.ts';
import type { Pattern } from '../patterns/pattern.ts';
import type { Lagrangian } from './lagrangian.ts';
import type { ProofProblem } from './problem.ts';
import type { Guide } from './subgradient.ts';

/** Weight of the best duals so far in the mean at which sets are priced (Wentges 1997). */
const SMOOTHING = 0.7;
/** Relative distance between the master's value and the bound at which it counts as solved. */
const SOLVED = 2e-6;
/** Copies that count as none. */
const UNCOVERED = 1e-6;

/** The sets that the root's evaluations came upon, each once. */
export class SetPool {
  readonly sets: Pattern[] = [];
  readonly #lagrangian: Lagrangian;
  readonly #known = new Set<string>();

  constructor(lagrangian: Lagrangian) {
    this.#lagrangian = lagrangian;
  }

  /** Takes in the best sets of the last evaluation. Returns how many are new. */
  collect(): number {
    const { problem, domains, x, chosen, chosenCells } = this.#lagrangian;
    const before = this.sets.length;
    for (let b = 0, at = 0; b < domains.bins && at < chosenCells; b++) {
      if (domains.size[b] === 0) continue;
      const q = domains.kind[b]!;
      const first = problem.start[q]! - domains.base[b]!;
      const end = problem.start[q + 1]! - first;
      const from = at;
      while (at < chosenCells && chosen[at]! < end) at++;
      if (at === from || q >= problem.classes) continue;
      let key = `${q}`;
      let cost = 0;
      for (let n = from; n < at; n++) {
        const cell = chosen[n]!;
        key += x[cell] === 1 ? ` ${cell}` : ` ${cell}*${x[cell]}`;
        cost += x[cell]! * problem.cost[cell + first]!;
      }
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      const cells = chosen.slice(from, at);
      this.sets.push({
        nodeClass: q,
        task: cells.map((cell) => problem.taskOf[problem.task[cell + first]!]!),
        copies: cells.map((cell) => x[cell]!),
        cost,
      });
    }
    return this.sets.length - before;
  }
}

/**
 * Dantzig and Wolfe's master (1960) at the root of the tree, by column generation from the sets and duals of the
 * subgradient, which it takes the last part of the way: to the optimum, where steps only come near it. The Lagrangian prices
 * at a mean of the best duals and the master's, and proves. `held` (tiers) copies stay unplaced. Leaves `duals` (tasks) at the
 * best found.
 */
export function ascendByMaster(
  highs: Highs,
  lagrangian: Lagrangian,
  pool: SetPool,
  held: Float64Array,
  duals: Float64Array,
  guide: Omit<Guide, 'target'>,
): void {
  const { problem } = lagrangian;
  const { taskOf, copies } = problem;
  const master = masterOf(highs, problem, held, duals);
  master.unbox();
  try {
    let passed = 0;
    let bound = Number.NEGATIVE_INFINITY;
    let weight = SMOOTHING;
    const at = duals.slice();
    for (let step = 0; guide.begin(); step++) {
      const value = lagrangian.evaluate(at);
      if (value === Number.NEGATIVE_INFINITY) return; // out of time in the middle of it
      pool.collect();
      const { cover } = lagrangian;
      const exact = copies.every((many, i) => many === cover[i]);
      const better = value > bound;
      if (better) {
        bound = value;
        duals.set(at);
      }
      if (guide.look(at, { value, exact, step })) return;
      const news = passed < pool.sets.length;
      for (; passed < pool.sets.length; passed++) master.add(pool.sets[passed]!);
      // a mean that brings nothing gives way to the master's own duals; where they bring nothing either, it is solved
      const stuck = !news && !better && weight === 0;
      weight = news || better ? SMOOTHING : 0;
      if (!master.solve()) return;
      if (stuck || master.value - bound <= SOLVED * Math.abs(bound)) {
        if (master.uncovered <= UNCOVERED) return;
        master.unbox(); // copies without a place were too cheap
        if (!master.solve()) return;
      }
      for (let i = 0; i < at.length; i++) at[i] = weight * duals[i]! + (1 - weight) * master.duals[taskOf[i]!]!;
    }
  } finally {
    master.dispose();
  }
}

function masterOf(
  highs: Highs,
  { instance, taskOf, copies, classes, size }: ProofProblem,
  held: Float64Array,
  duals: Float64Array,
): Master {
  const centre = new Float64Array(instance.tasks);
  const left = new Float64Array(instance.tasks);
  taskOf.forEach((i, task) => {
    centre[i] = duals[task]!;
    left[i] = copies[task]!;
  });
  return new Master(highs, instance as Instance, centre, left, Float64Array.from(size.subarray(0, classes)), held);
}
