import { isPlain, unfoldedPairs } from '../model/instance.ts';
import { closed, settled } from './closed.ts';
import { coverOpening } from './cover-stage.ts';
import type { Stage } from './formulation.ts';
import { solveByPatterns } from './pattern-stage.ts';
import { proveCost } from './proof-stage.ts';
import { solveRelaxation } from './relaxation-stage.ts';
import { searchAbreast, solveBesideSearch } from './search-stage.ts';
import type { SolveState } from './state.ts';

/** An incumbent this much cheaper than the one a program was scaled by has it posed again, pairs dearer than it left out. */
const RESCALE = 1e-3;
const MOST_RESCALES = 3;
/** Gap of an integral window that its relaxation, hardly better than the prices there are, may still close. */
const NEAR = 1e-3;
/** Pairs of task and node beyond which two searches do more for a window with side rules or opening costs than its program. */
const MOST_RULED_PAIRS = 100_000;

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

  if (instance.opening) await coverOpening(state);
  if (settled(state)) return;

  if (!plain && instance.window.engine === 'auto' && unfoldedPairs(instance) > MOST_RULED_PAIRS)
    return searchAbreast(state, state.budget, () => closed(state));

  // the integer program on the engine's thread, search on its own
  const { score } = state.incumbents.best;
  const whole = await solveBesideSearch(state, costStage(state), state.budget);
  if (!whole) return;
  const { outcome, formulation, engine } = whole;
  if (whole.assignment) state.incumbents.offer(whole.assignment, `ilp:${engine}`);
  if (outcome.bound !== null) state.proveCost(score.unplaced, outcome.bound / formulation.costScale);
  state.report('solve');
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

/** The cost, the incumbent's unplaced copies held. */
function costStage(state: SolveState): Stage {
  const { assignment, score } = state.incumbents.best;
  const placed = assignment.placements.reduce((sum, { amount }) => sum + amount, 0);
  return { tier: null, held: state.heldCopies(), incumbent: { cost: score.cost, placed } };
}
