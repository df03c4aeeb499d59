import type { Table } from './tables.ts';

/** A table of the report as plain text, for a terminal: words left, numbers right, its title above. */
export function plainTable({ title, heads, rows, words }: Table): string {
  const all = [heads, ...rows];
  const widths = heads.map((_, c) => Math.max(...all.map((row) => row[c]!.length)));
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, c) => (c < words ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join('  ')}`.trimEnd();
  return `${title}\n${all.map(line).join('\n')}\n`;
}
