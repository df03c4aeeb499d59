import type { Answer } from '../../model/answer.ts';
import { loadsOf } from '../../model/loads.ts';
import { type Budget, now, shareOf } from '../budget.ts';
import type { SolveState } from '../state.ts';
import { Beside } from './beside.ts';
import { ClassRelaxation, type Relaxed } from './class-relaxation.ts';
import { resolver } from './confirm.ts';
import { conflictOf } from './conflicts.ts';
import { Repairs } from './repairs.ts';
import { shortagesOf } from './shortages.ts';
import { worthAtMost, worthIn } from './worth.ts';

/** Milliseconds that the repairs of one task are likely to take, for each line of the plan, task and node. */
const MS_PER_LINE = 0.03;

/** Share of the time for explanations that the worth of capacity may take where repairs are looked for, too. */
const WORTH_SHARE = 0.5;

/** The relaxation as a program, and its solution as it stands. */
interface SolvedRelaxation {
  readonly relaxation: ClassRelaxation;
  readonly relaxed: Relaxed;
}

/** Solves the relaxation at the best assignment's unplaced copies, where it is small enough; its prices are a certificate, too. */
export async function relaxWhole(state: SolveState, budget: Budget): Promise<SolvedRelaxation | null> {
  if (!ClassRelaxation.suits(state.instance)) return null;
  const repairing = state.incumbents.best.assignment.unplaced.some((copies) => copies > 0);
  const relaxation = new ClassRelaxation(state, repairing ? shareOf(budget, WORTH_SHARE) : budget);
  const relaxed = await relaxation.solve();
  if (!relaxed) return null;
  state.prices.push(relaxed.prices);
  return { relaxation, relaxed };
}

/**
 * Adds to an answer what takes time beyond the solve: the worth of capacity and repairs where they are asked for, and of an infeasible window its
 * shortages and a conflict. What is not found within the budget is null.
 */
export async function explained(
  state: SolveState,
  answer: Answer,
  budget: Budget,
  solved: SolvedRelaxation | null,
): Promise<Answer> {
  const { instance, engines, signal } = state;
  const { window } = instance;
  const found = answer.partial ?? answer;
  if (window.explain && found.certificate) {
    const { unplaced } = state.incumbents.best.assignment;
    found.worth = solved
      ? await worthIn(instance, unplaced, solved.relaxation, solved.relaxed)
      : worthAtMost(instance, found.certificate.nodePrices);
  }
  if (window.explain) await addRepairs(state, answer.partial ?? answer, budget);
  if (answer.status !== 'infeasible') return answer;
  const shortages = shortagesOf(instance);
  return { ...answer, conflicts: await conflictOf(window, engines, budget, signal), shortages };
}

async function addRepairs(state: SolveState, answer: Answer, budget: Budget): Promise<void> {
  const { instance, incumbents, provenTiers, engines, signal } = state;
  const { assignment } = incumbents.best;
  if (answer.unplaced.length === 0) return;
  let longest = MS_PER_LINE * (instance.tasks + instance.nodes.copies + answer.assignments.length);
  if (budget.remainingMs() < longest) {
    for (const line of answer.unplaced) line.repairs = null;
    return;
  }
  const beside = new Beside(instance, assignment, loadsOf(instance, assignment.placements));
  // what could not be proven once will not be proven for each repair
  const resolve = answer.status === 'optimal' ? resolver(engines, budget, signal) : async () => null;
  const repairs = new Repairs(beside, answer, resolve);
  const limited = instance.rules !== null && instance.rules.maxMoves < Number.POSITIVE_INFINITY;
  const at = new Map(instance.window.tasks.map(({ id }, i) => [id, i]));
  for (const line of answer.unplaced) {
    const began = now();
    if (budget.remainingMs() < longest || repairs.verified > budget.steps) {
      line.repairs = null;
      continue;
    }
    const i = at.get(line.task)!;
    // at the least unplaced copies no move lets one more in, unless moves are limited
    const proven = provenTiers.length > instance.tier[i]!;
    line.repairs = await repairs.of(i, !proven || limited);
    longest = Math.max(longest, 1.5 * (now() - began));
  }
}
