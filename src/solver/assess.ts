import type { Answer } from '../model/answer.ts';
import { sameCopies } from '../model/assignment.ts';
import { type Breach, type PlanLine, verify } from '../model/verifier.ts';
import type { Window } from '../model/window.ts';
import { type SolveOptions, solve } from './solve.ts';

/** What a plan is worth: whether it keeps the rules, and how far it is from what Placewright finds and can prove. */
export interface Assessment {
  readonly feasible: boolean;
  readonly breaches: Breach[];
  readonly objective: number;
  readonly unplaced: { tier: string; copies: number }[];
  readonly moves: number;
  /** The answer to the same window, without its lists. */
  readonly best: Pick<Answer, 'status' | 'stop' | 'method' | 'objective' | 'bound' | 'gap' | 'unplacedBounds'> & {
    unplaced: number;
  };
  /** (objective − best objective) / best objective; null unless feasible and the same copies are unplaced in every tier. */
  readonly regret: number | null;
  /** Largest relative distance from the optimum that the bound leaves; null on the same terms, or when nothing is proven. */
  readonly gap: number | null;
}

/** Checks a plan against its window and solves the window for comparison. */
export async function assess(window: Window, plan: readonly PlanLine[], options: SolveOptions): Promise<Assessment> {
  const verdict = verify(window, plan);
  const answer = await solve(window, options);
  const found = answer.partial ?? answer;
  const unplacedAt = tierCounts(window, found);
  const feasible = verdict.breaches.length === 0;
  const comparable =
    feasible && verdict.unplaced.every(({ tier, copies }) => sameCopies(copies, unplacedAt.get(tier) ?? 0));
  return {
    feasible,
    breaches: verdict.breaches,
    objective: verdict.objective,
    unplaced: verdict.unplaced,
    moves: verdict.moves,
    best: {
      status: answer.status,
      stop: answer.stop,
      method: found.method,
      objective: found.objective,
      bound: found.bound,
      gap: found.gap,
      unplacedBounds: found.unplacedBounds,
      unplaced: found.summary.unplaced,
    },
    regret: comparable ? distance(verdict.objective, found.objective, found.objective) : null,
    gap: comparable ? distance(verdict.objective, found.bound, verdict.objective) : null,
  };
}

/** Tier → copies that an answer leaves unplaced, by the verifier's count. */
const tierCounts = (window: Window, answer: Answer): Map<string, number> =>
  new Map(verify(window, answer.assignments).unplaced.map(({ tier, copies }) => [tier, copies]));

function distance(from: number, to: number | null, per: number | null): number | null {
  if (to === null || per === null) return null;
  const difference = from - to;
  if (Math.abs(difference) <= 1e-9 * Math.abs(from)) return 0;
  return per === 0 ? null : difference / Math.abs(per);
}
