import { excessCosts } from '../model/dual.ts';
import { isPlain, unfoldedPairs } from '../model/instance.ts';
import { closed, isSmall, settled } from './closed.ts';
import { coverOpening } from './cover-stage.ts';
import type { Stage } from './formulation.ts';
import { solveByPatterns } from './pattern-stage.ts';
import { proveCost } from './proof-stage.ts';
import { solveRelaxation } from './relaxation-stage.ts';
import { searchable } from './search/descent.ts';
import { searchAbreast, solveBesideSearch } from './search-stage.ts';
import type { SolveState } from './state.ts';

/** An incumbent this much cheaper than the one a program was scaled by has it posed again, pairs dearer than it left out. */
const RESCALE = 1e-3;
const MOST_RESCALES = 3;
/** Gap of an integral window that its relaxation, hardly better than the prices there are, may still close. */
const NEAR = 1e-3;
/**
 * Milliseconds for each pair of task and node without which two searches do more for a window with side rules than its program; the
 * same with opening costs, whose bound is mostly that of whole nodes whatever the program adds; and the most pairs where
 * steps are counted.
 */
const MS_PER_RULED_PAIR = 1;
const MS_PER_OPENED_PAIR = 4;
const MOST_RULED_PAIRS_BY_STEPS = 100_000;

/** Share of the cost by which pairs have to be too dear to be left out: far above rounding. */
const SAFE = 1e-6;

/** Minimises the cost at the incumbent's unplaced copies: the relaxation, and in integral windows the integer program. */
export async function minimiseCost(state: SolveState): Promise<void> {
  for (let round = 0; round < MOST_RESCALES; round++) {
    const { cost } = state.incumbents.best.score;
    await minimiseOnce(state);
    if (state.incumbents.best.score.cost >= RESCALE * cost || state.spent) return;
  }
}

async function minimiseOnce(state: SolveState): Promise<void> {
  const { instance } = state;
  if (settled(state)) return;

  const { cost } = state.incumbents.best.score;
  const plain = isPlain(instance);
  if (!instance.opening && (instance.divisible || cost - state.costBound() <= NEAR * cost))
    await minimiseRelaxed(state, cost);
  if ((instance.divisible && plain) || settled(state)) return;

  const held = state.heldCopies();
  if (plain && held.some((copies) => copies > 0) && (await solveByPatterns(state, held))) return;

  if (plain && (await proveCost(state))) return;

  const covered = instance.opening ? coverOpening(state) : Promise.resolve();
  if (!plain && searchable(instance) && instance.window.engine === 'auto' && isTooLarge(state)) {
    if (instance.window.work !== null) await covered; // counting steps, one comes after the other
    const free = covered.then(() => !closed(state));
    return searchAbreast(state, state.budget, () => closed(state), { free });
  }
  await covered;
  if (settled(state)) return;

  // the integer program on the engine's thread, search on its own
  const { score } = state.incumbents.best;
  const whole = await solveBesideSearch(state, costStage(state), state.budget);
  if (!whole) return;
  const { outcome, formulation, engine } = whole;
  if (whole.assignment) state.incumbents.offer(whole.assignment, `ilp:${engine}`);
  if (outcome.bound !== null) state.proveCost(score.unplaced, outcome.bound / formulation.costScale);
  state.report('solve');
}

/** Whether the integer program of a window with side rules or opening costs is of less use than a second search. */
function isTooLarge({ instance, budget }: SolveState): boolean {
  const pairs = unfoldedPairs(instance);
  if (instance.window.work !== null) return pairs > MOST_RULED_PAIRS_BY_STEPS;
  const opened = instance.opening !== null && !isSmall(instance);
  return (opened ? MS_PER_OPENED_PAIR : MS_PER_RULED_PAIR) * pairs > budget.remainingMs();
}

/** The relaxation: the optimum of a divisible window; where a better bound may close the gap, prices for it. */
async function minimiseRelaxed(state: SolveState, cost: number): Promise<void> {
  const { instance } = state;
  const fixed = state.heldCopies();
  const relaxed = await solveRelaxation(
    state,
    { cost: instance.pairs.cost, fixed, priced: fixed },
    cost > 0 ? cost / instance.tasks : 1,
    state.bestPrices().prices,
  );
  if (!relaxed) return;
  state.prices.push(relaxed.prices);
  if (relaxed.assignment) state.incumbents.offer(relaxed.assignment, `lp:${relaxed.engine}`);
  state.report('solve');
}

/** The cost, the incumbent's unplaced copies held; pairs left out that no better assignment has (reduced cost fixing). */
function costStage(state: SolveState): Stage {
  const { assignment, score } = state.incumbents.best;
  const placed = assignment.placements.reduce((sum, { amount }) => sum + amount, 0);
  const incumbent = { cost: score.cost, placed };
  const { instance } = state;
  if (instance.divisible) return { tier: null, held: state.heldCopies(), incumbent };
  const { prices, dual, bound } = state.bestPrices();
  const excess = excessCosts(instance, instance.pairs.cost, prices, dual);
  const room = score.cost - bound + SAFE * score.cost;
  return { tier: null, held: state.heldCopies(), incumbent: { ...incumbent, excess, room } };
}
