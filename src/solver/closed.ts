import { type Instance, unfoldedPairs } from '../model/instance.ts';
import { GLPK_INTEGER_PAIRS } from './choose-engine.ts';
import type { SolveState } from './state.ts';

/** Relative gap at which a cost counts as proven. */
export const PROVEN = 1e-6;
/** Relative gap below which nothing is left to gain: branch and bound looks for nothing nearer to the incumbent. */
const EXACT = 2e-7;

/** Whether the incumbent's cost is proven to the digit, or to the gap asked for. */
export function closed(state: SolveState): boolean {
  const { cost } = state.incumbents.best.score;
  return cost - state.costBound() <= Math.max(EXACT, state.instance.window.gap) * Math.abs(cost);
}

/** Whether no engine is needed for the cost. Where GLPK takes milliseconds it has the last word even on what is proven. */
export const settled = (state: SolveState): boolean =>
  closed(state) && !(isSmall(state.instance) && state.instance.window.gap === 0);

/** Whether GLPK solves the integer program in milliseconds. */
export const isSmall = (instance: Instance): boolean => unfoldedPairs(instance) <= GLPK_INTEGER_PAIRS;
