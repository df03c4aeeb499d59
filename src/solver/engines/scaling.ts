import { type LinearProgram, objectiveOf } from '../../model/linear-program.ts';
import type { EngineLimits } from './engine.ts';
import type { Answer } from './outcome.ts';

/** A program brought to a size at which the absolute tolerances of engines make sense, and the way back. */
export interface Scaled {
  readonly program: LinearProgram;
  limits(limits: EngineLimits): EngineLimits;
  answer(answer: Answer): Answer;
}

/**
 * Multiplies costs and rows that are far from 1 (memory in bytes, costs in microcents) by powers of two, which change no
 * digit. Columns keep their unit, so that points of the scaled program are points of the program.
 */
export function scaled(program: LinearProgram): Scaled {
  const { rows, rowIndex, value } = program;
  const [least, most] = [new Float64Array(rows).fill(Number.POSITIVE_INFINITY), new Float64Array(rows)];
  for (let k = 0; k < value.length; k++) {
    const [row, size] = [rowIndex[k]!, Math.abs(value[k]!)];
    if (size === 0) continue;
    least[row] = Math.min(least[row]!, size);
    most[row] = Math.max(most[row]!, size);
  }
  const rowScale = most.map((size, r) => scaleOf(least[r]!, size));
  const sizes = program.cost.map(Math.abs).filter((size) => size > 0);
  const costScale = scaleOf(
    sizes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    sizes.reduce((a, b) => Math.max(a, b), 0),
  );
  if (costScale === 1 && rowScale.every((scale) => scale === 1)) {
    return { program, limits: (limits) => limits, answer: (answer) => answer };
  }

  const byRow = (values: Float64Array) => values.map((entry, r) => entry * rowScale[r]!);
  const back = (objective: number | null) => (objective === null ? null : objective / costScale);
  return {
    program: {
      ...program,
      cost: program.cost.map((cost) => cost * costScale),
      rowLower: byRow(program.rowLower),
      rowUpper: byRow(program.rowUpper),
      value: value.map((entry, k) => entry * rowScale[rowIndex[k]!]!),
    },
    limits(limits) {
      const { onIncumbent } = limits;
      if (onIncumbent === undefined) return limits;
      return { ...limits, onIncumbent: (x, _, bound) => onIncumbent(x, objectiveOf(program, x), back(bound)) };
    },
    answer(answer) {
      const rowDuals = answer.rowDuals && byRow(answer.rowDuals).map((dual) => dual / costScale);
      return { ...answer, rowDuals, bound: back(answer.bound) };
    },
  };
}

/** Up to 16 when all numbers are below 1, down to 16 when all are above 1000; one dear exception among small numbers stays. */
function scaleOf(least: number, most: number): number {
  if (most > 0 && most < 1) return 2 ** (4 - Math.round(Math.log2(most)));
  if (least > 1000 && Number.isFinite(least)) return 2 ** (4 - Math.round(Math.log2(least)));
  return 1;
}
