import type { Assignment } from '../model/assignment.ts';
import type { DualObjective } from '../model/dual.ts';
import type { Instance } from '../model/instance.ts';
import { isFeasible } from '../model/loads.ts';
import { read } from './board.ts';
import { allBut, type Budget, now, shareOf } from './budget.ts';
import { chooseEngine } from './choose-engine.ts';
import type { EngineName } from './engines/engine.ts';
import { numbersOf } from './follow.ts';
import { polish } from './polish.ts';
import { type Part, shareOut } from './relaxation/members.ts';
import { boardForRelaxation, posted } from './relaxation-job.ts';
import type { SolveState } from './state.ts';

/** Milliseconds, and share of what remains, between the time limit of sifting and the end of its thread. */
const GRACE_MS = 4;
const GRACE_SHARE = 0.04;
/** Milliseconds that the first round takes at least, by pairs and by tasks. A relaxation that has not twice as many is not begun. */
const MS_PER_PAIR = 4e-5;
const MS_PER_TASK = 0.02;
/** Of an integral window's relaxation: the largest solved, and its share of the time. */
const MOST_RELAXED_PAIRS = 20_000;
const RELAXATION_SHARE = 0.3;

/** Milliseconds that it takes to make an assignment of a point and to verify it, at most: they are left of the budget. */
const takingUpMs = ({ tasks, free }: Instance): number => 2 + 0.01 * tasks + 0.005 * free.length;

/** What relaxations of a divisible window may spend. */
export const relaxationBudget = ({ budget, instance }: SolveState): Budget => allBut(budget, takingUpMs(instance));

/** How far a relaxation was solved. Nothing of it is taken on trust: the prices prove what weak duality makes of them. */
export interface Relaxed {
  readonly engine: EngineName;
  readonly prices: Float64Array; // node classes × resources
  readonly assignment: Assignment | null; // of a divisible window, verified
}

/**
 * Solves a relaxation over node classes by sifting, beginning at `prices`; null when the budget is too small for it or
 * nothing came of it. In integral windows it serves the bound only, which prices give nearly as well: it gets a share of
 * the time, and large ones are passed over.
 */
export async function solveRelaxation(
  state: SolveState,
  objective: DualObjective,
  unit: number,
  prices: Float64Array,
): Promise<Relaxed | null> {
  const { instance, engines, signal } = state;
  const { divisible, pairs, tasks } = instance;
  if (!engines.relax || (!divisible && pairs.node.length > MOST_RELAXED_PAIRS)) return null;
  const budget: Budget = divisible ? relaxationBudget(state) : shareOf(state.budget, RELAXATION_SHARE);
  const engine = chooseEngine(instance.window.engine, pairs.node.length, false);
  const remaining = budget.remainingMs();
  const least = MS_PER_PAIR * pairs.node.length + MS_PER_TASK * tasks;
  if (remaining < 2 * least || state.spent || state.failures.has(engine)) return null;
  state.engine = engine;
  const board = boardForRelaxation(instance);
  const failure = await engines.relax(
    {
      engine,
      instance: numbersOf(instance),
      objective,
      unit,
      prices,
      deadline: Number.isFinite(remaining) ? now() + remaining - GRACE_MS - GRACE_SHARE * remaining : remaining,
      rounds: budget.steps,
      board,
    },
    remaining,
    signal,
  );
  if (failure !== null) state.failures.set(engine, failure);
  const entry = read(board);
  if (!entry) return null;
  const found = posted(instance, entry);
  const assignment = divisible && found.pair.length > 0 ? assignmentAt(instance, found) : null;
  return { engine, prices: found.prices, assignment };
}

/** The assignment that amounts of pairs stand for; null when it fails verification. */
function assignmentAt(
  instance: Instance,
  { pair, amount }: { readonly pair: Int32Array; readonly amount: Float64Array },
): Assignment | null {
  const { pairs, nodes, tasks } = instance;
  const amounts = new Map(Array.from(pair, (p, at) => [p, amount[at]!]));
  const byClass: Part[][] = Array.from({ length: nodes.classes }, () => []);
  let task = 0;
  for (const p of pair.slice().sort()) {
    while (task < tasks && pairs.start[task + 1]! <= p) task++;
    byClass[pairs.node[p]!]!.push({ task, pair: p, amount: amounts.get(p)! });
  }
  const assignment = polish(
    instance,
    byClass.flatMap((parts, q) => shareOut(instance, q, parts)),
  );
  return isFeasible(instance, assignment) ? assignment : null;
}
