import { type Instance, unfoldedPairs } from '../model/instance.ts';
import { GLPK_INTEGER_PAIRS } from './choose-engine.ts';
import { type StageResult, solveInteger, solveRelaxation } from './engine-stage.ts';
import { pricesFromDuals } from './formulation.ts';
import { search } from './search-stage.ts';
import type { SolveState } from './state.ts';

/** Relative gap at which a cost counts as proven. */
export const PROVEN = 1e-6;

/** Minimises the cost at the incumbent's unplaced copies: the relaxation, and in integral windows the integer program. */
export async function minimiseCost(state: SolveState): Promise<void> {
  const { instance } = state;
  const held = state.heldCopies();
  if (closed(state)) return;

  // the relaxation: the optimum of a divisible window, and prices for the certificate
  const relaxed = await solveRelaxation(state, { tier: null, held });
  if (relaxed?.outcome.truth === 'optimal') {
    if (relaxed.outcome.rowDuals)
      state.prices.push(pricesFromDuals(instance, relaxed.formulation, relaxed.outcome.rowDuals));
    if (instance.divisible && relaxed.assignment) state.incumbents.offer(relaxed.assignment, `lp:${relaxed.engine}`);
    state.report('solve');
  }
  if (instance.divisible || closed(state)) return;

  // the integer program on the engine's thread, search on this one
  const { score } = state.incumbents.best;
  const whole = await besideSearch(state, () => solveInteger(state, { tier: null, held }));
  if (!whole) return;
  const { outcome, formulation, engine } = whole;
  if (whole.assignment) state.incumbents.offer(whole.assignment, `ilp:${engine}`);
  const bound = outcome.truth === 'optimal' ? outcome.objective : outcome.bound;
  if (bound !== null) state.provenCost = { score, bound: bound / formulation.costScale };
  state.report('solve');
}

/** Runs an engine beside the search, which goes on until the engine is done for good or the time is over; in turn when steps are counted. */
async function besideSearch(
  state: SolveState,
  solveProgram: () => Promise<StageResult | null>,
): Promise<StageResult | null> {
  if (isSmall(state.instance)) return solveProgram();
  if (state.instance.window.work !== null) {
    await search(state, () => closed(state));
    return solveProgram();
  }
  let solved = false;
  const solving = solveProgram().then((result) => {
    solved = result?.outcome.truth === 'optimal';
    return result;
  });
  await search(state, () => solved || closed(state));
  return solving;
}

/** Relative gap below which an engine could add nothing but rounding. */
const EXACT = 1e-9;

/**
 * Whether the incumbent's cost is already proven to the digit, or to the gap asked for, so that no engine is needed.
 * Where GLPK is known to finish in milliseconds it has the last word all the same.
 */
export function closed(state: SolveState): boolean {
  if (isSmall(state.instance) && state.instance.window.gap === 0) return false;
  const { cost } = state.incumbents.best.score;
  return cost - state.costBound() <= Math.max(EXACT, state.instance.window.gap) * Math.abs(cost);
}

/** Whether GLPK solves the integer program in milliseconds. */
const isSmall = (instance: Instance): boolean => unfoldedPairs(instance) <= GLPK_INTEGER_PAIRS;
