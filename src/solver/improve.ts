import { compareScores, sameUnplaced, scoreOf } from '../model/assignment.ts';
import { costDual, type DualObjective } from '../model/dual.ts';
import { isPlain, totalCopies, unfoldedPairs } from '../model/instance.ts';
import { lagrangianBound } from './bound/lagrangian.ts';
import { allBut, shareOf } from './budget.ts';
import { closed, isSmall } from './closed.ts';
import { minimiseCost } from './cost-stage.ts';
import { runOtherHeuristics, runPricedHeuristic } from './greedy-stage.ts';
import { solveByPatterns } from './pattern-stage.ts';
import { relaxationBudget } from './relaxation-stage.ts';
import { descend, searchable } from './search/descent.ts';
import { descendRuled } from './search/ruled/ruled-search.ts';
import type { SolveState } from './state.ts';
import { proveTiersApart } from './tiers-apart.ts';
import { proveTiers } from './tiers-stage.ts';

/** Share of the time that the bound by prices may take. */
const BOUND_SHARE = 0.3;
/** Milliseconds for each pair that prices take to be of any use. */
const MS_PER_PAIR = 4e-5;
/** Share of all copies that may be unplaced for prices to be made for their being placed, too. */
const FEW = 0.05;
/** Share of the time that one local search may take. */
const SEARCH_SHARE = 0.3;
/** Pairs of task and node up to which the descent is of use. */
const MOST_DESCENT_PAIRS = 500_000;
/** Strides of the descent where there are side rules or opening costs, some milliseconds each. */
const RULED_STRIDES = 8;
/** Milliseconds before the end of a relaxation by which nothing else must be at work on this thread. */
const IDLE_MS = 10;
/** Share of the time in which relaxations are mostly solved: until then no other rule takes the processor from them. */
const RULES_AFTER = 0.2;
/** Relative gain of the bound below which another round is not worth it. */
const LEAST_GAIN = 1e-4;

/** Whether linear programs are likely to solve a window: then one rule is enough to begin with. */
export const linear = ({ instance }: SolveState): boolean =>
  instance.divisible && isPlain(instance) && !instance.window.compare;

/** Improves on greedy incumbents as long as there is time and something is open. */
export async function improve(state: SolveState): Promise<void> {
  await (linear(state) ? improveDivisible(state) : improveIntegral(state));
  await useUp(state);
}

/** Prices and bound, the tiers, the cost. */
async function improveIntegral(state: SolveState): Promise<void> {
  await state.timed('solve', () => searchLocally(state));
  state.report('heuristics');
  await followPrices(state);
  state.report('bound');
  await state.timed('solve', async () => {
    if (isPlain(state.instance)) await solveByPatterns(state, new Float64Array(state.instance.tiers.length));
    await proveAllTiers(state);
    await minimiseCost(state);
  });
}

/** Rough prices, and the linear programs that solve the window; the other rules beside them, in case they don't. */
async function improveDivisible(state: SolveState): Promise<void> {
  if (!everythingPlaced(state)) await state.timed('solve', () => searchLocally(state));
  state.report('heuristics');
  await state.timed('bound', () => priceCapacity(state));
  state.report('bound');
  const solved = () => state.tiersProven && closed(state);
  await state.timed('solve', async () => {
    const relaxations = proveTiers(state).then(() => minimiseCost(state));
    // so that this thread is free when the time of the relaxations is over
    const beside = allBut(relaxationBudget(state), IDLE_MS);
    // counting steps, one comes after the other, so that the same steps make the same answer
    await (state.instance.window.work === null ? within(relaxations, RULES_AFTER * beside.remainingMs()) : relaxations);
    await Promise.all([relaxations, runOtherHeuristics(state, beside, solved)]);
  });
}

/** Waits until work is done, for so many milliseconds at most. */
async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, over]).finally(() => clearTimeout(timer));
}

/** Whether the best assignment leaves out no more than tasks that may run nowhere. */
const everythingPlaced = ({ incumbents, homeless }: SolveState): boolean =>
  sameUnplaced(incumbents.best.score, { unplaced: homeless });

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

/**
 * Adds the prices of the Lagrangian of the capacities at the incumbent's unplaced copies, from the best so far; where those
 * are few, the search will place them, and the prices for that are added as well.
 */
function priceCapacity(state: SolveState): void {
  const { instance, incumbents, budget } = state;
  if (BOUND_SHARE * budget.remainingMs() < MS_PER_PAIR * instance.pairs.node.length) return;
  const { assignment, score } = incumbents.best;
  const price = (dual: DualObjective, target: number, share: number): void => {
    const start = state.bestPrices().prices;
    state.prices.push(lagrangianBound(instance, dual, start, target, shareOf(budget, share)).prices);
  };
  price(costDual(instance, assignment.unplaced), score.cost, BOUND_SHARE);
  const held = state.heldCopies().reduce((sum, copies) => sum + copies, 0);
  if (held === 0 || held > FEW * totalCopies(instance) || state.spent) return;
  price(costDual(instance, new Float64Array(instance.tasks)), Number.POSITIVE_INFINITY, BOUND_SHARE / 2);
}

/** Descent from the best assignment, in windows small enough for it to come to an end; a search follows in any case. */
function searchLocally(state: SolveState): void {
  const { instance, budget } = state;
  if (state.spent || !searchable(instance) || unfoldedPairs(instance) > MOST_DESCENT_PAIRS) return;
  if (!isPlain(instance) && isSmall(instance)) return; // its program takes less time
  const { assignment, score } = state.incumbents.best;
  const most = shareOf(budget, SEARCH_SHARE);
  const better = isPlain(instance)
    ? descend(instance, assignment, most)
    : descendRuled(instance, assignment, state.bestPrices().prices, instance.window.seed, RULED_STRIDES, most);
  if (compareScores(scoreOf(instance, better), score) < 0) state.incumbents.offer(better, 'search');
}
