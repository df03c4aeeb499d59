import type { Heuristic } from '../heuristics/heuristic.ts';
import { HEURISTICS } from '../heuristics/heuristics.ts';
import { compareScores } from '../model/assignment.ts';
import type { SolveState } from './state.ts';

/** The rule that follows capacity prices. Without any it is still the best of the quick ones, so it goes first. */
const PRICED = HEURISTICS.get('price-greedy')!;

/** Runs every heuristic, as yet without prices. The first is never cut short: after it there is an answer. */
export function runHeuristics(state: SolveState): void {
  runHeuristic(state, PRICED, { unhurried: true });
  for (const heuristic of HEURISTICS.values()) {
    if (state.spent) return;
    if (heuristic !== PRICED) runHeuristic(state, heuristic);
  }
}

/** Runs the rule that follows prices again, with the newest. */
export function runPricedHeuristic(state: SolveState): void {
  if (!state.spent) runHeuristic(state, PRICED, { prices: state.prices.at(-1) });
}

function runHeuristic(
  state: SolveState,
  heuristic: Heuristic,
  { prices, unhurried = false }: { prices?: Float64Array | undefined; unhurried?: boolean } = {},
): void {
  const started = performance.now();
  const placed = heuristic.place(state.instance, {
    seed: state.instance.window.seed,
    ...(prices ? { prices } : {}),
    ...(unhurried ? {} : { expired: () => state.spent }),
  });
  if (!placed) return;
  const score = state.incumbents.offer(placed.assignment, `heuristic:${heuristic.name}`);
  const before = state.heuristics.get(heuristic.name);
  const ms = performance.now() - started + (before?.ms ?? 0);
  const better = before && compareScores(before.score, score) < 0 ? before.score : score;
  state.heuristics.set(heuristic.name, { name: heuristic.name, score: better, ms });
}
