// Writes the standing results into docs/benchmarks.md, docs/figures/ and README.md from the runs of a campaign.
//   npm run bench:refresh                measures what --quick does, then writes
//   node bench/refresh.mjs FOLDER        writes from the runs in FOLDER
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readRecords } from '../dist/bench/records.js';
import {
  certifiedGap,
  evidenceOf,
  mainSuite,
  medianRegret,
  ours,
  percent,
  provenWords,
} from '../dist/bench/report/evidence.js';
import { tableLines } from '../dist/bench/report/markdown.js';
import { reportOf } from '../dist/bench/report/report.js';
import { headline, lossTable, regretTable } from '../dist/bench/report/tables.js';

const folder = process.argv[2] ?? 'bench-results';
const { sessions, runs } = readRecords(readFileSync(`${folder}/runs.jsonl`, 'utf8'));
const evidence = evidenceOf(sessions, runs);
const report = await reportOf(sessions, runs);

mkdirSync('docs/figures', { recursive: true });
const shown = ['regret', 'gap-by-size', 'profile-cost'].filter((id) => report.files.has(`charts/${id}.svg`));
for (const id of shown) writeFileSync(`docs/figures/${id}.svg`, report.files.get(`charts/${id}.svg`));

const tables = [regretTable(evidence), lossTable(evidence)].filter((table) => table !== null);
replace('docs/benchmarks.md', 'standing', standing());
replace('README.md', 'regrets', regrets());

function standing() {
  const { started, machine, version, commit } = sessions.at(-1);
  const busy =
    evidence.load > machine.cores + 2
      ? ` The machine was busy with other things (load ${evidence.load.toFixed(0)}): seconds are worth less than they say. Measure again before you rely on them.`
      : '';
  const titles = new Map(
    [...report.files.get('report.md').matchAll(/!\[(.+?)\]\(charts\/(.+?)\.svg\)/g)].map(([, title, id]) => [
      id,
      title,
    ]),
  );
  return [
    `Measured ${started.slice(0, 10)} with Placewright ${version}${commit ? ` (${commit})` : ''}, Node ${machine.node}, ${machine.cores} cores of ${machine.processor}.${busy}`,
    headline(evidence)
      .map(([figure, words]) => `- **${figure}** ${words}`)
      .join('\n'),
    ...shown.map((id) => `**${titles.get(id)}.**\n\n![${titles.get(id)}](figures/${id}.svg)`),
    ...tables.map((table) => `**${table.title}.** ${table.note}\n\n${tableLines(table)}`.trim()),
  ].join('\n\n');
}

/** Ours, the three best rules and the oldest, on the first suite. */
function regrets() {
  const suite = mainSuite(evidence);
  const of = (name) => medianRegret(evidence, name, suite);
  const rules = evidence.methods
    .filter(({ family, name }) => family === 'rule' && of(name) !== null)
    .sort((a, b) => of(a.name) - of(b.name));
  const kept = [ours(evidence), ...rules.slice(0, 3), rules.find(({ name }) => name === 'first-fit')];
  const rows = [...new Set(kept)].filter(Boolean).map(({ name }) => `| ${name} | ${percent(of(name))} |`);
  const windows = new Set(evidence.exhibits.filter((one) => one.case.suite === suite).map((one) => one.case.name)).size;
  return `Above the best known, in the median of ${windows} ${suite} windows (50 tasks, 10 nodes); the best known is ${provenWords(certifiedGap(evidence, suite))}:\n\n| method | cost too much |\n|---|---:|\n${rows.join('\n')}`;
}

/** Puts a text between `<!-- NAME -->` and `<!-- /NAME -->`. */
function replace(file, name, text) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const before = readFileSync(file, 'utf8');
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for ${name}: ${begin} … ${end}`);
  writeFileSync(file, `${before.slice(0, from + begin.length)}\n${text}\n${before.slice(to)}`);
}
