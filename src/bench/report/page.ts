import type { Figure } from './figure.ts';
import { PAGE } from './style.ts';
import type { Table } from './tables.ts';

/** What the two forms of the report are made of. */
export interface Content {
  readonly title: string;
  readonly lead: string;
  readonly headline: readonly (readonly [string, string])[];
  readonly opening: Table | null; // before the figures
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
  readonly reproduce: { readonly facts: readonly (readonly [string, string])[]; readonly commands: readonly string[] };
}

/** The report as one HTML page: no script, nothing loaded. */
export function pageOf({ title, lead, headline, opening, figures, tables, reproduce }: Content): string {
  const key = [
    ['ours', 'Placewright'],
    ['solver', 'other solvers'],
    ['rule', 'rules of thumb'],
  ].map(([name, words]) => `<li><i style="color: var(--${name})"></i>${words}</li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
${PAGE}
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p class="soft">${escaped(lead)}</p>
<dl>${headline.map(([figure, words]) => `<div><dt>${escaped(figure)}</dt><dd>${escaped(words)}</dd></div>`).join('')}</dl>
${opening ? tableSection(opening) : ''}
${figures.length > 0 ? `<ul class="key">${key.join('')}</ul>` : ''}
${figures.map(figureSection).join('\n')}
${tables.map(tableSection).join('\n')}
<section id="reproduce">
<h2>Measure it again</h2>
<table class="facts">${reproduce.facts.map(([name, value]) => `<tr><td class="word">${escaped(name)}</td><td class="word">${escaped(value)}</td></tr>`).join('')}</table>
<pre>${reproduce.commands.map(escaped).join('\n')}</pre>
</section>
</main>
</body>
</html>
`;
}

const figureSection = ({ id, title, note, wide, narrow }: Figure): string => `<section id="${id}">
<h2>${escaped(title)}</h2>
<p class="soft">${escaped(note)}</p>
<div class="wide">${wide}</div>
<div class="narrow">${narrow}</div>
</section>`;

function tableSection({ id, title, note, words, heads, rows, marked }: Table): string {
  const cell = (tag: string) => (text: string, c: number) =>
    `<${tag}${c < words ? ' class="word"' : ''}>${escaped(c === 0 ? unbroken(text) : whole(text))}</${tag}>`;
  const lines = rows.map((row, r) => `<tr${marked?.[r] ? ' class="ours"' : ''}>${row.map(cell('td')).join('')}</tr>`);
  const table = `<div class="scroll"><table><thead><tr>${heads.map(cell('th')).join('')}</tr></thead><tbody>${lines.join('\n')}</tbody></table></div>`;
  return `<section id="${id}">
<h2>${escaped(title)}</h2>
<p class="soft">${escaped(note)}</p>
${rows.length > 0 ? table : ''}
</section>`;
}

/** A number stays beside its unit, and what is short on one line. */
const unbroken = (text: string): string => text.replace(/(\d) (m?s)$/, '$1\u00a0$2');
const whole = (text: string): string => (text.length <= 24 ? text.replaceAll(' ', '\u00a0') : text);

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
