import type { LinearProgram } from '../../model/linear-program.ts';

/** A row of the {@link DenseForm}: Σ value · column ≤ limit, or ≥ limit. */
export interface DenseRow {
  readonly atMost: boolean;
  readonly limit: number;
  readonly entries: readonly (readonly [column: number, value: number])[];
}

/** A program for a simplex that knows only columns ≥ 0 and rows with one limit, and the way back. */
export interface DenseForm {
  readonly columns: readonly { readonly cost: number; readonly integer: boolean }[];
  readonly rows: readonly DenseRow[];
  /** The program's columns from those of this form. */
  columnsFrom(values: Float64Array): Float64Array;
  /** The program's row duals from those of this form's rows. */
  rowDualsFrom(duals: Float64Array): Float64Array;
}

/**
 * Every column x becomes lower + y, upper − y, or y − z when both bounds are infinite. Finite upper bounds become rows of
 * their own, except where a row of the program implies them already (Σ of non-negative terms ≤ limit), as in assignment
 * problems, where they would be most of the tableau.
 */
export function denseForm(program: LinearProgram): DenseForm {
  const { columns, rows, cost, lower, upper, integer, rowLower, rowUpper, start, rowIndex, value } = program;

  // x_c = base_c + sign_c · y, plus − z for free columns
  const base = new Float64Array(columns);
  const sign = new Float64Array(columns).fill(1);
  const free: number[] = [];
  for (let c = 0; c < columns; c++) {
    if (lower[c] !== Number.NEGATIVE_INFINITY) base[c] = lower[c]!;
    else if (upper[c] !== Number.POSITIVE_INFINITY) [base[c], sign[c]] = [upper[c]!, -1];
    else free.push(c);
  }
  const shape = Array.from({ length: columns }, (_, c) => ({ cost: sign[c]! * cost[c]!, integer: integer[c] === 1 }));
  for (const c of free) shape.push({ cost: -cost[c]!, integer: integer[c] === 1 });

  // rows in terms of y and z; the bases move to the limits
  const shift = new Float64Array(rows);
  const entries: [number, number][][] = Array.from({ length: rows }, () => []);
  const twin = new Map(free.map((c, n) => [c, columns + n]));
  for (let c = 0; c < columns; c++) {
    for (let k = start[c]!; k < start[c + 1]!; k++) {
      const r = rowIndex[k]!;
      shift[r]! += value[k]! * base[c]!;
      entries[r]!.push([c, sign[c]! * value[k]!]);
      const z = twin.get(c);
      if (z !== undefined) entries[r]!.push([z, -value[k]!]);
    }
  }
  const form: DenseRow[] = [];
  const origin: number[] = []; // row of the program
  const limited = (r: number, atMost: boolean, limit: number) => {
    origin.push(r);
    form.push({ atMost, limit, entries: entries[r]! });
  };
  const implied = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
  for (let r = 0; r < rows; r++) {
    const [least, most] = [rowLower[r]! - shift[r]!, rowUpper[r]! - shift[r]!];
    if (Number.isFinite(least)) limited(r, false, least);
    if (!Number.isFinite(most)) continue;
    limited(r, true, most);
    if (entries[r]!.some(([, coefficient]) => coefficient < 0)) continue;
    for (const [c, coefficient] of entries[r]!) if (c < columns) implied[c] = Math.min(implied[c]!, most / coefficient);
  }
  for (let c = 0; c < columns; c++) {
    const width = sign[c]! > 0 ? upper[c]! - base[c]! : Number.POSITIVE_INFINITY;
    if (width < implied[c]!) form.push({ atMost: true, limit: width, entries: [[c, 1]] });
  }

  return {
    columns: shape,
    rows: form,
    columnsFrom(values) {
      const x = Float64Array.from({ length: columns }, (_, c) => base[c]! + sign[c]! * values[c]!);
      for (const [c, z] of twin) x[c]! -= values[z]!;
      return x;
    },
    rowDualsFrom(duals) {
      const y = new Float64Array(rows);
      origin.forEach((r, n) => {
        y[r]! += duals[n]!;
      });
      return y;
    },
  };
}
