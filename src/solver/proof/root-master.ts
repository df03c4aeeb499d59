import type { Highs } from 'highs';
import type { Instance } from '../../model/instance.ts';
import { Master } from '../patterns/master.ts';
import type { Lagrangian } from './lagrangian.ts';
import type { ProofProblem } from './problem.ts';
import type { SetPool } from './set-pool.ts';
import type { Guide } from './subgradient.ts';

/** Weight of the best duals so far in the mean at which sets are priced (Wentges 1997). */
const SMOOTHING = 0.7;
/** Relative distance between the master's value and the bound at which it counts as solved. */
const SOLVED = 2e-6;
/** Copies that count as none; times that leaving copies without a place is made dearer. */
const UNCOVERED = 1e-6;
const DEARER = 3;

/**
 * Dantzig and Wolfe's master (1960) at the root of the tree, by column generation from the duals and the pool of sets of the
 * subgradient, which it takes the last part of the way: to the optimum, where steps only come near it. The Lagrangian prices at
 * a mean of the best duals and the master's, and proves; `look` has its sets collected. `held` (tiers) copies stay unplaced.
 * `duals` (tasks) come in proving `bound` and are left at the best found. Throws where HiGHS does; whatever was looked at is proven all the same.
 */
export function ascendByMaster(
  highs: Highs,
  lagrangian: Lagrangian,
  pool: SetPool,
  held: Float64Array,
  duals: Float64Array,
  bound: number,
  { begin, look }: Omit<Guide, 'target'>,
): void {
  const { taskOf, copies } = lagrangian.problem;
  const master = masterOf(highs, lagrangian.problem, held, duals);
  try {
    master.unbox();
    let weight = SMOOTHING;
    let dearer = 0;
    const at = duals.slice();
    for (let step = 0; begin(); step++) {
      const value = lagrangian.evaluate(at);
      if (value === Number.NEGATIVE_INFINITY) return; // out of time in the middle of it
      const { cover } = lagrangian;
      const exact = copies.every((many, i) => many === cover[i]);
      const better = value > bound;
      if (better) {
        bound = value;
        duals.set(at);
      }
      if (look(at, { value, exact, step })) return;
      const sets = pool.drain();
      for (const set of sets) master.add(set);
      // a mean that brings nothing gives way to the master's own duals; where they bring nothing either, it is solved
      const stuck = sets.length === 0 && !better;
      const solved = stuck && weight === 0;
      weight = stuck ? 0 : SMOOTHING;
      if (!master.solve()) return;
      if (solved || master.value - bound <= SOLVED * Math.abs(bound)) {
        if (master.uncovered <= UNCOVERED || dearer++ === DEARER) return;
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
