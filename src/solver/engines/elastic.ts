import { type LinearProgram, objectiveOf } from '../../model/linear-program.ts';
import { FEASIBILITY } from './outcome.ts';

/**
 * The elastic twin of a program: every row may be missed at a cost of 1 per unit, all other costs are 0. It is always
 * feasible as long as the bounds are, so that an engine which can't tell "infeasible" from "gave up" answers it plainly:
 * the program is infeasible exactly when the least total miss is above 0. The first columns are those of the program.
 */
export function elasticTwin(program: LinearProgram): LinearProgram {
  const { columns, rows, rowLower, rowUpper } = program;
  const missRow: number[] = []; // row and sign of each added column
  const missSign: number[] = [];
  for (let r = 0; r < rows; r++) {
    if (rowLower[r] !== Number.NEGATIVE_INFINITY) missSign.push(1);
    if (rowUpper[r] !== Number.POSITIVE_INFINITY) missSign.push(-1);
    while (missRow.length < missSign.length) missRow.push(r);
  }
  const added = missRow.length;
  const entries = program.value.length;
  return {
    columns: columns + added,
    rows,
    cost: new Float64Array(columns + added).fill(1, columns),
    lower: extended(program.lower, added, 0),
    upper: extended(program.upper, added, Number.POSITIVE_INFINITY),
    integer: Uint8Array.from({ length: columns + added }, (_, c) => program.integer[c] ?? 0),
    rowLower,
    rowUpper,
    start: Int32Array.from({ length: columns + added + 1 }, (_, c) => program.start[c] ?? entries + c - columns),
    rowIndex: Int32Array.from({ length: entries + added }, (_, k) => program.rowIndex[k] ?? missRow[k - entries]!),
    value: Float64Array.from({ length: entries + added }, (_, k) => program.value[k] ?? missSign[k - entries]!),
  };
}

/** Whether a best solution of the twin proves the program infeasible. */
export function missesRows(twin: LinearProgram, x: Float64Array): boolean {
  return objectiveOf(twin, x) > FEASIBILITY;
}

function extended(values: Float64Array, added: number, filler: number): Float64Array {
  const longer = new Float64Array(values.length + added).fill(filler, values.length);
  longer.set(values);
  return longer;
}
