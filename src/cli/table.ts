/** Longest cell of most columns, in characters. */
const WIDEST = 36;

/** A column: its title, and whether it holds numbers, which line up on the right. */
export interface Column {
  readonly title: string;
  readonly right?: boolean;
  /** Longest cell, in characters; a longer one is cut. */
  readonly widest?: number;
}

/** A table in plain text: columns two spaces apart, a rule under the titles. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], indent = '  '): string {
  const cells = [columns.map(({ title }) => title), ...rows].map((row) =>
    row.map((cell, c) => cut(cell, columns[c]?.widest ?? WIDEST)),
  );
  const widths = columns.map((_, c) => Math.max(...cells.map((row) => row[c]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `${indent}${columns.map(({ right }, c) => (right ? (row[c] ?? '').padStart(widths[c]!) : (row[c] ?? '').padEnd(widths[c]!))).join('  ')}`.trimEnd();
  const [titles, ...body] = cells.map(line);
  const rule = indent + widths.map((width) => '─'.repeat(width)).join('  ');
  return `${[titles, rule, ...body].join('\n')}\n`;
}

/** Names and what they stand for, the latter lined up. */
export function pairs(rows: readonly (readonly [string, string])[], indent = '  '): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${indent}${name.padEnd(width)}  ${text}\n`).join('');
}

/** Text broken between words, at most `width` characters to a line. */
export function wrapped(text: string, width = 80, indent = '  '): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && indent.length + last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `${indent}${line}\n`).join('');
}

const cut = (cell: string, widest: number): string => (cell.length <= widest ? cell : `${cell.slice(0, widest - 1)}…`);
