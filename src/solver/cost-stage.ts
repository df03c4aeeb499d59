import { closed } from './closed.ts';
import { solveInteger, solveRelaxation } from './engine-stage.ts';
import { pricesFromDuals } from './formulation.ts';
import { besideSearch } from './search-stage.ts';
import type { SolveState } from './state.ts';

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
  const whole = await besideSearch(state, state.budget, () => solveInteger(state, { tier: null, held }, state.budget));
  if (!whole) return;
  const { outcome, formulation, engine } = whole;
  if (whole.assignment) state.incumbents.offer(whole.assignment, `ilp:${engine}`);
  const bound = outcome.truth === 'optimal' ? outcome.objective : outcome.bound;
  if (bound !== null) state.provenCost = { score, bound: bound / formulation.costScale };
  state.report('solve');
}
