import type { Heuristic } from '../heuristics/heuristic.ts';
import { HEURISTICS } from '../heuristics/heuristics.ts';
import type { SolveState } from './state.ts';

/** Rules that wait for capacity prices. */
const PRICED = 'price-greedy';

/** Runs every heuristic that needs no prices. The first is never cut short: after it there is an answer. */
export function runHeuristics(state: SolveState): void {
  for (const heuristic of HEURISTICS.values()) {
    const first = state.incumbents.ranked.length === 0;
    if (!first && state.spent) return;
    if (heuristic.name !== PRICED) runHeuristic(state, heuristic, undefined, first);
  }
}

/** Runs the rule that follows the newest capacity prices. */
export function runPricedHeuristic(state: SolveState): void {
  if (!state.spent) runHeuristic(state, HEURISTICS.get(PRICED)!, state.prices.at(-1), false);
}

function runHeuristic(
  state: SolveState,
  heuristic: Heuristic,
  prices: Float64Array | undefined,
  unhurried: boolean,
): void {
  const started = performance.now();
  const placed = heuristic.place(state.instance, {
    seed: state.instance.window.seed,
    ...(prices ? { prices } : {}),
    ...(unhurried ? {} : { expired: () => state.spent }),
  });
  if (!placed) return;
  const score = state.incumbents.offer(placed.assignment, `heuristic:${heuristic.name}`);
  state.heuristics.push({ name: heuristic.name, score, ms: performance.now() - started });
}
