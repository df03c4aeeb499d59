import { type LinearProgram, LinearProgramBuilder } from '../../dist/model/linear-program.js';

export type Column = readonly [cost: number, lower: number, upper: number, integer?: boolean];
export type Row = readonly [lower: number, upper: number, ...entries: number[]];

/** A program from its columns and dense rows. */
export function program(columns: readonly Column[], rows: readonly Row[]): LinearProgram {
  const builder = new LinearProgramBuilder();
  for (const [lower, upper] of rows) builder.row(lower, upper);
  columns.forEach(([cost, lower, upper, integer], c) => {
    builder.column(cost, lower, upper, integer);
    rows.forEach((row, r) => {
      builder.entry(r, row[c + 2] ?? 0);
    });
  });
  return builder.build();
}
