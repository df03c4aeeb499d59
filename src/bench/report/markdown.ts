import type { Content } from './page.ts';
import type { Table } from './tables.ts';

/** The report as Markdown; charts are files beside it, in `charts/`. */
export function markdownOf({ title, lead, headline, opening, figures, tables, reproduce }: Content): string {
  return `# ${title}

${lead}

${headline.map(([figure, words]) => `- **${figure}** ${words}`).join('\n')}

${(opening ? [opening] : []).map(section).join('')}${figures.map(({ id, title, note }) => `## ${title}\n\n![${title}](charts/${id}.svg)\n\n${note}\n`).join('\n')}
${tables.map(section).join('')}
## Measure it again

${reproduce.facts.map(([name, value]) => `- ${name}: ${value}`).join('\n')}

\`\`\`sh
${reproduce.commands.join('\n')}
\`\`\`
`;
}

const section = (table: Table): string =>
  `## ${table.title}\n\n${table.note}\n\n${tableLines(table)}${table.rows.length > 0 ? '\n' : ''}`;

/** A table in Markdown; nothing where it has no rows. */
export function tableLines({ heads, rows, words, marked }: Table): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  const bold = (row: readonly string[], r: number) => (marked?.[r] ? row.map((cell) => `**${cell}**`) : row);
  return line(heads) + line(heads.map((_, c) => (c < words ? '---' : '---:'))) + rows.map(bold).map(line).join('');
}
