import type { EngineName } from './engines/engine.ts';

/** Pairs up to which GLPK is known to finish an integer program, and a linear one about as soon as HiGHS; measured by bench/engines.mjs. */
export const GLPK_INTEGER_PAIRS = 120;
export const GLPK_LINEAR_PAIRS = 2_000;

/**
 * Pairs up to which an engine is given an integer program when steps are counted. Only HiGHS can be told to end after so many;
 * the others would go on for as long as it takes.
 */
export const INTEGER_PAIRS_BY_STEPS = { highs: 400_000, glpk: GLPK_INTEGER_PAIRS, jslp: 30 } as const;

/** The engine for a program over so many pairs: the one named, or by size GLPK where it is known to finish, HiGHS beyond. */
export function chooseEngine(wanted: EngineName | 'auto', pairs: number, integer: boolean): EngineName {
  if (wanted !== 'auto') return wanted;
  return pairs <= (integer ? GLPK_INTEGER_PAIRS : GLPK_LINEAR_PAIRS) ? 'glpk' : 'highs';
}
