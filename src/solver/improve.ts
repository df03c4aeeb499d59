import { compareScores, sameUnplaced, scoreOf } from '../model/assignment.ts';
import { costDual } from '../model/dual.ts';
import { lagrangianBound } from './bound/lagrangian.ts';
import { shareOf } from './budget.ts';
import { closed } from './closed.ts';
import { minimiseCost } from './cost-stage.ts';
import { runPricedHeuristic } from './greedy-stage.ts';
import { solveByPatterns } from './pattern-stage.ts';
import { descend } from './search/descent.ts';
import type { SolveState } from './state.ts';
import { proveTiersApart } from './tiers-apart.ts';
import { proveTiers } from './tiers-stage.ts';

/** Share of the time that the bound by prices may take. */
const BOUND_SHARE = 0.3;
/** Share of the time that one local search may take. */
const SEARCH_SHARE = 0.3;
/** Relative gain of the bound below which another round is not worth it. */
const LEAST_GAIN = 1e-4;

/** Improves on greedy incumbents: prices and bound, the tiers, the cost, as long as there is time and something is open. */
export async function improve(state: SolveState): Promise<void> {
  await state.timed('solve', () => searchLocally(state));
  state.report('heuristics');
  await followPrices(state);
  state.report('bound');
  await state.timed('solve', async () => {
    await solveByPatterns(state, new Float64Array(state.instance.tiers.length));
    await proveAllTiers(state);
    await minimiseCost(state);
  });
  await useUp(state);
}

/** The tiers, apart in independent components where some leave copies unplaced. */
function proveAllTiers(state: SolveState, share?: number): Promise<void> {
  const short = state.heldCopies().some((copies) => copies > 0);
  return state.components && short ? proveTiersApart(state, state.components, share) : proveTiers(state, share);
}

/** Prices and bound, the heuristic that follows them, and local search from the best there is. */
async function followPrices(state: SolveState): Promise<void> {
  await state.timed('bound', () => priceCapacity(state));
  await state.timed('heuristics', () => runPricedHeuristic(state));
  await state.timed('solve', () => searchLocally(state));
}

/**
 * What to do with time left over: where engines were of no use, or found other unplaced copies than the prices were made for,
 * more of the same while it helps; where the cost is proven and the tiers are not, their programs once more, now with all
 * of the time.
 */
async function useUp(state: SolveState): Promise<void> {
  const done = () => state.spent || (state.tiersProven && closed(state));
  while (!done() && state.instance.window.work === null) {
    const bound = state.costBound();
    const tiers = state.provenTiers.length;
    const { score } = state.incumbents.best;
    await followPrices(state);
    if (closed(state)) await state.timed('solve', () => proveAllTiers(state, 1));
    if (!sameUnplaced(state.incumbents.best.score, score)) await state.timed('solve', () => minimiseCost(state));
    const gained = state.costBound() - bound > LEAST_GAIN * Math.abs(bound);
    if (!gained && state.incumbents.best.score === score && state.provenTiers.length === tiers) return;
  }
}

/** Adds the prices of the Lagrangian of the capacities at the incumbent's unplaced copies, from the best so far. */
function priceCapacity(state: SolveState): void {
  if (state.spent) return;
  const { assignment, score } = state.incumbents.best;
  const dual = costDual(state.instance, assignment.unplaced);
  const start = state.bestPrices().prices;
  const { prices } = lagrangianBound(state.instance, dual, start, score.cost, shareOf(state.budget, BOUND_SHARE));
  state.prices.push(prices);
}

/** Local search from the best assignment. */
function searchLocally(state: SolveState): void {
  if (state.spent) return;
  const { assignment, score } = state.incumbents.best;
  const better = descend(state.instance, assignment, shareOf(state.budget, SEARCH_SHARE));
  if (compareScores(scoreOf(state.instance, better), score) < 0) state.incumbents.offer(better, 'search');
}
