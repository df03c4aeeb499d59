import { costDual } from '../model/dual.ts';
import { openingCover } from './bound/cover.ts';
import { shareOf } from './budget.ts';
import { solveProgram } from './engine-stage.ts';
import type { SolveState } from './state.ts';

/** Share of the time left that each of its programs may take; mostly they take milliseconds. */
const SHARE = 0.25;
/** What rounding may make of the constant, a share of it; the engine's bound is taken at its word, as of every program. */
const ROUNDING = 1e-9;

/** Raises the bound of a window with opening costs by the cheapest nodes that hold what is demanded in all. */
export async function coverOpening(state: SolveState): Promise<void> {
  const { instance, incumbents } = state;
  const { engine: wanted, work } = instance.window;
  const engine = wanted === 'auto' ? 'highs' : wanted;
  if (state.spent || state.failures.has(engine) || (work !== null && engine !== 'highs')) return; // only HiGHS stops by steps
  const { assignment, score } = incumbents.best;
  const objective = costDual(instance, assignment.unplaced);
  // no prices first: where they differ more from node to node than they need to, that proves more, and is solved sooner
  for (const prices of [new Float64Array(instance.free.length), state.bestPrices().prices]) {
    for (const linked of [false, true]) {
      const cover = openingCover(instance, objective, prices, linked);
      if (!cover || cover.program.columns === 0) return;
      const { bound } = await solveProgram(state, engine, cover.program, null, false, shareOf(state.budget, SHARE));
      if (bound === null) continue;
      state.proveCost(score.unplaced, cover.constant + bound - ROUNDING * Math.abs(cover.constant));
    }
  }
  state.report('bound');
}
