import { type Instance, unfoldedPairs } from '../model/instance.ts';
import { GLPK_INTEGER_PAIRS } from './choose-engine.ts';
import type { SolveState } from './state.ts';

/** Relative gap at which a cost counts as proven. */
export const PROVEN = 1e-6;
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
export const isSmall = (instance: Instance): boolean => unfoldedPairs(instance) <= GLPK_INTEGER_PAIRS;
