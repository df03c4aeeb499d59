import type { LinearProgram } from '../../model/linear-program.ts';
import { type Answer, FEASIBILITY } from './outcome.ts';

/** The same program with the bounds of integer columns moved inward to whole numbers (engines disagree about fractional ones). */
export function withWholeBounds(program: LinearProgram): LinearProgram {
  if (!program.integer.includes(1)) return program;
  const inward = (bounds: Float64Array, round: (value: number) => number) =>
    bounds.map((value, c) => (program.integer[c] ? round(value) : value));
  return {
    ...program,
    lower: inward(program.lower, (value) => Math.ceil(value - FEASIBILITY)),
    upper: inward(program.upper, (value) => Math.floor(value + FEASIBILITY)),
  };
}

/**
 * Answers the programs that need no engine, and on which engines stumble: contradicting bounds, and programs without a
 * single entry (no rows, no columns, or neither), where every column goes to its cheaper bound. Null for all others.
 */
export function plainAnswer(program: LinearProgram): Answer | null {
  const { columns, rows, cost, lower, upper, rowLower, rowUpper } = program;
  for (let c = 0; c < columns; c++) if (!(lower[c]! <= upper[c]!)) return settled('infeasible', null);
  for (let r = 0; r < rows; r++) if (!(rowLower[r]! <= rowUpper[r]!)) return settled('infeasible', null);
  if (program.value.length > 0) return null;

  for (let r = 0; r < rows; r++) if (rowLower[r]! > 0 || rowUpper[r]! < 0) return settled('infeasible', null);
  const x = new Float64Array(columns);
  for (let c = 0; c < columns; c++) {
    const best = cost[c]! > 0 ? lower[c]! : cost[c]! < 0 ? upper[c]! : Math.min(Math.max(0, lower[c]!), upper[c]!);
    if (!Number.isFinite(best)) return settled('unbounded', null);
    x[c] = best;
  }
  return settled('optimal', x, program.integer.includes(1) ? null : new Float64Array(rows));
}

function settled(claim: Answer['claim'], x: Float64Array | null, rowDuals: Float64Array | null = null): Answer {
  return { call: 'completed', claim, x, rowDuals, bound: null, message: `${claim} without an engine` };
}
