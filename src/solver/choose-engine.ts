import type { LinearProgram } from '../model/linear-program.ts';
import type { EngineName } from './engines/engine.ts';

/** Columns up to which GLPK is known to finish an integer program, and a linear one about as soon as HiGHS. */
export const GLPK_INTEGER_COLUMNS = 120;
export const GLPK_LINEAR_COLUMNS = 2_000;

/** The engine for a program: the one named, or by size GLPK where it is known to finish, HiGHS beyond. */
export function chooseEngine(wanted: EngineName | 'auto', program: LinearProgram): EngineName {
  if (wanted !== 'auto') return wanted;
  const integer = program.integer.some((flag) => flag === 1);
  return program.columns <= (integer ? GLPK_INTEGER_COLUMNS : GLPK_LINEAR_COLUMNS) ? 'glpk' : 'highs';
}
