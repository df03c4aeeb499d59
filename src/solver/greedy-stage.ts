import type { Heuristic } from '../heuristics/heuristic.ts';
import { HEURISTICS } from '../heuristics/heuristics.ts';
import { compareScores } from '../model/assignment.ts';
import { type Budget, shareOf } from './budget.ts';
import type { SolveState } from './state.ts';

/** The rule that follows capacity prices. Without any it is still the best of the quick ones, so it goes first. */
const PRICED = HEURISTICS.get('price-greedy')!;

/** Share of the time that the rules may take together, unless all of them are to be compared. */
const RULES_SHARE = 0.15;

/** Runs every heuristic, as yet without prices. The first is never cut short: after it there is an answer. */
export function runHeuristics(state: SolveState): void {
  runHeuristic(state, PRICED, null);
  const budget = state.instance.window.compare ? state.budget : shareOf(state.budget, RULES_SHARE);
  for (const heuristic of HEURISTICS.values()) {
    if (budget.expired()) return;
    if (heuristic !== PRICED) runHeuristic(state, heuristic, budget);
  }
}

/** Runs the rule that follows prices again, with the newest. */
export function runPricedHeuristic(state: SolveState): void {
  if (!state.spent) runHeuristic(state, PRICED, state.budget, state.prices.at(-1));
}

function runHeuristic(state: SolveState, heuristic: Heuristic, budget: Budget | null, prices?: Float64Array): void {
  const started = performance.now();
  const placed = heuristic.place(state.instance, {
    seed: state.instance.window.seed,
    ...(prices ? { prices } : {}),
    ...(budget ? { expired: budget.expired } : {}),
  });
  if (!placed) return;
  const score = state.incumbents.offer(placed.assignment, `heuristic:${heuristic.name}`);
  const before = state.heuristics.get(heuristic.name);
  const ms = performance.now() - started + (before?.ms ?? 0);
  const better = before && compareScores(before.score, score) < 0 ? before.score : score;
  state.heuristics.set(heuristic.name, { name: heuristic.name, score: better, ms });
}
