import type { LinearProgram } from '../../model/linear-program.ts';

/** Row duals with their reduced costs and the bound they prove. */
export interface Priced {
  readonly bound: number; // -Infinity when the duals prove nothing
  readonly rowDuals: Float64Array; // rows; a sign that no finite row limit can answer for is set to 0
  readonly reducedCosts: Float64Array; // columns; cost − duals · column, of the duals above
}

/**
 * The bound that row duals y prove by weak duality, whoever computed them. With d = cost − y · A, every feasible x has
 *
 *     cost · x  =  y · A x + d · x  ≥  Σ_r (y_r ≥ 0 ? y_r rowLower_r : y_r rowUpper_r) + Σ_c (d_c ≥ 0 ? d_c lower_c : d_c upper_c)
 *
 * A reduced cost within solver tolerance of 0 on the side of an infinite column bound is taken times x_c, the column's
 * value in the solution at hand, instead of infinity.
 */
export function priced(program: LinearProgram, x: Float64Array, duals: Float64Array): Priced {
  const { columns, rows, cost, lower, upper, rowLower, rowUpper, start, rowIndex, value } = program;
  const rowDuals = new Float64Array(rows);
  const reducedCosts = new Float64Array(columns);
  let bound = 0;
  for (let r = 0; r < rows; r++) {
    const dual = duals[r]!;
    const limit = dual > 0 ? rowLower[r]! : rowUpper[r]!;
    if (dual === 0 || !Number.isFinite(limit)) continue;
    rowDuals[r] = dual;
    bound += dual * limit;
  }
  for (let c = 0; c < columns; c++) {
    let reduced = cost[c]!;
    for (let k = start[c]!; k < start[c + 1]!; k++) reduced -= rowDuals[rowIndex[k]!]! * value[k]!;
    reducedCosts[c] = reduced;
    if (reduced === 0) continue;
    const limit = reduced > 0 ? lower[c]! : upper[c]!;
    const negligible = Math.abs(reduced) <= 1e-7 * (1 + Math.abs(cost[c]!));
    bound += reduced * (negligible && !Number.isFinite(limit) ? x[c]! : limit);
  }
  return { bound, rowDuals, reducedCosts };
}
