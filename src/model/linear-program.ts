/**
 * A linear or mixed-integer program in minimisation form, columns first:
 *
 *     min  cost · x    s.t.  rowLower ≤ A x ≤ rowUpper,   lower ≤ x ≤ upper,   x_c whole where integer[c] = 1
 *
 * A is compressed by columns: the entries of column c are `rowIndex[k]`, `value[k]` for `start[c] ≤ k < start[c + 1]`.
 * Bounds may be ±Infinity; an equality row has rowLower = rowUpper. Everything is a typed array, so that a program
 * crosses to a worker thread without being rebuilt.
 */
export interface LinearProgram {
  readonly columns: number;
  readonly rows: number;
  readonly cost: Float64Array; // columns
  readonly lower: Float64Array; // columns
  readonly upper: Float64Array; // columns
  readonly integer: Uint8Array; // columns; 1 = whole numbers only
  readonly rowLower: Float64Array; // rows
  readonly rowUpper: Float64Array; // rows
  readonly start: Int32Array; // columns + 1
  readonly rowIndex: Int32Array; // entries
  readonly value: Float64Array; // entries
}

/** Grows a {@link LinearProgram} row by row, then column by column; `build` freezes it into typed arrays. */
export class LinearProgramBuilder {
  readonly #cost: number[] = [];
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #integer: number[] = [];
  readonly #rowLower: number[] = [];
  readonly #rowUpper: number[] = [];
  readonly #start: number[] = [0];
  readonly #rowIndex: number[] = [];
  readonly #value: number[] = [];

  get rows(): number {
    return this.#rowLower.length;
  }

  get columns(): number {
    return this.#cost.length;
  }

  /** Adds the row `lower ≤ … ≤ upper` and returns its index. */
  row(lower: number, upper: number): number {
    this.#rowUpper.push(upper);
    return this.#rowLower.push(lower) - 1;
  }

  /** Adds a column without entries and returns its index; `entry` fills it until the next column begins. */
  column(cost: number, lower: number, upper: number, integer = false): number {
    this.#cost.push(cost);
    this.#lower.push(lower);
    this.#upper.push(upper);
    this.#start.push(this.#rowIndex.length);
    return this.#integer.push(integer ? 1 : 0) - 1;
  }

  /** Adds `value` at `row` of the newest column; zeros are left out. A row may be named once per column. */
  entry(row: number, value: number): void {
    if (value === 0) return;
    this.#rowIndex.push(row);
    this.#value.push(value);
    this.#start[this.#start.length - 1] = this.#rowIndex.length;
  }

  build(): LinearProgram {
    return {
      columns: this.columns,
      rows: this.rows,
      cost: Float64Array.from(this.#cost),
      lower: Float64Array.from(this.#lower),
      upper: Float64Array.from(this.#upper),
      integer: Uint8Array.from(this.#integer),
      rowLower: Float64Array.from(this.#rowLower),
      rowUpper: Float64Array.from(this.#rowUpper),
      start: Int32Array.from(this.#start),
      rowIndex: Int32Array.from(this.#rowIndex),
      value: Float64Array.from(this.#value),
    };
  }
}

/** Σ cost · x. */
export function objectiveOf(program: LinearProgram, x: ArrayLike<number>): number {
  let sum = 0;
  for (let c = 0; c < program.columns; c++) sum += program.cost[c]! * x[c]!;
  return sum;
}

/**
 * The largest violation of any bound, row or integrality by `x`, each measured relative to max(1, |limit|);
 * 0 when x is feasible to the digit, Infinity when it has the wrong length or is not finite.
 */
export function violationOf(program: LinearProgram, x: ArrayLike<number>): number {
  if (x.length !== program.columns) return Number.POSITIVE_INFINITY;
  const activity = new Float64Array(program.rows);
  let worst = 0;
  const outside = (value: number, lower: number, upper: number) => {
    if (value < lower) worst = Math.max(worst, (lower - value) / Math.max(1, Math.abs(lower)));
    else if (value > upper) worst = Math.max(worst, (value - upper) / Math.max(1, Math.abs(upper)));
  };
  for (let c = 0; c < program.columns; c++) {
    const value = x[c]!;
    if (!Number.isFinite(value)) return Number.POSITIVE_INFINITY;
    outside(value, program.lower[c]!, program.upper[c]!);
    if (program.integer[c]) worst = Math.max(worst, Math.abs(value - Math.round(value)));
    for (let k = program.start[c]!; k < program.start[c + 1]!; k++)
      activity[program.rowIndex[k]!]! += program.value[k]! * value;
  }
  for (let r = 0; r < program.rows; r++) outside(activity[r]!, program.rowLower[r]!, program.rowUpper[r]!);
  return worst;
}
