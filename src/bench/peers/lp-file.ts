import type { LinearProgram } from '../../model/linear-program.ts';

/**
 * The program as a CPLEX LP file. Columns are x0, x1, … and all stand in the objective, so that readers number them in
 * that order; rows are r0, r1, …
 */
export function lpFile(program: LinearProgram): string {
  const { columns, rows, cost, lower, upper, integer, start, rowIndex, value, rowLower, rowUpper } = program;
  const terms: string[][] = Array.from({ length: rows }, () => []);
  for (let c = 0; c < columns; c++)
    for (let at = start[c]!; at < start[c + 1]!; at++) terms[rowIndex[at]!]!.push(`${signed(value[at]!)} x${c}`);
  const limits = (r: number): [string, number][] => {
    if (rowLower[r] === rowUpper[r]) return [['=', rowUpper[r]!]];
    return [
      ...(Number.isFinite(rowUpper[r]) ? [['<=', rowUpper[r]!] as [string, number]] : []),
      ...(Number.isFinite(rowLower[r]) ? [['>=', rowLower[r]!] as [string, number]] : []),
    ];
  };
  return [
    'Minimize',
    ` cost: ${lines(Array.from(cost, (coef, c) => `${signed(coef)} x${c}`))}`,
    'Subject To',
    ...terms.flatMap((row, r) =>
      row.length === 0
        ? []
        : limits(r).map(([sign, limit], k) => ` r${r}${k ? 'l' : ''}: ${lines(row)} ${sign} ${limit}`),
    ),
    'Bounds',
    ...Array.from(cost, (_, c) => ` ${lower[c]} <= x${c} <= ${Number.isFinite(upper[c]) ? upper[c] : '+inf'}`),
    ...(integer.includes(1) ? ['General', lines(Array.from(cost.keys(), (c) => (integer[c] ? `x${c}` : '')))] : []),
    'End',
    '',
  ].join('\n');
}

const signed = (value: number): string => `${value < 0 ? '-' : '+'} ${Math.abs(value)}`;

/** Terms, eight to a line: readers limit the length of lines. */
function lines(terms: readonly string[]): string {
  const chunks: string[] = [];
  for (let at = 0; at < terms.length; at += 8) chunks.push(terms.slice(at, at + 8).join(' '));
  return chunks.join('\n  ');
}
