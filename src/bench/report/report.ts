import { type RunRecord, type Session, YOURS } from '../records.ts';
import { summarise } from '../summary.ts';
import { tableOf } from '../table.ts';
import { anytimeCharts } from './anytime.ts';
import {
  certifiedGap,
  type Evidence,
  evidenceOf,
  mainSuite,
  medianRegret,
  ours,
  percent,
  provenWords,
} from './evidence.ts';
import { type Figure, type Pen, pen } from './figure.ts';
import { growthCharts } from './growth.ts';
import { utilisationMaps } from './maps.ts';
import { markdownOf } from './markdown.ts';
import { type Content, pageOf } from './page.ts';
import { plainTable } from './plain.ts';
import { profileCharts } from './profile.ts';
import { regretChart } from './regret.ts';
import { COLORS } from './style.ts';
import { headline, lossTable, regretTable } from './tables.ts';
import { ownWindows, publishedWindows } from './windows.ts';

/** A report in all its forms. */
export interface Report {
  readonly files: ReadonlyMap<string, string>; // names → texts; without report.html where nothing can be drawn
  readonly words: string; // for the terminal
  readonly json: string; // every figure
}

/** Makes the report of runs, whoever measured them; charts where the libraries that draw are installed. */
export async function reportOf(sessions: readonly Session[], records: readonly RunRecord[]): Promise<Report> {
  const evidence = evidenceOf(sessions, records);
  const drawing = await pen();
  const figures = drawing ? figuresOf(evidence, drawing) : [];
  const content: Content = {
    title: 'Placewright beside rules of thumb and other solvers',
    lead: leadOf(evidence),
    headline: headline(evidence),
    opening: ownWindows(evidence),
    figures,
    tables: [publishedWindows(evidence), regretTable(evidence), lossTable(evidence)].filter((table) => table !== null),
    reproduce: reproduce(evidence),
  };
  const files = new Map([['report.md', markdownOf(content)]]);
  if (drawing) files.set('report.html', pageOf(content));
  for (const { id, wide } of figures) files.set(`charts/${id}.svg`, alone(wide));
  return { files, words: wordsOf(evidence), json: jsonOf(evidence) };
}

const figuresOf = (evidence: Evidence, drawing: Pen): Figure[] =>
  [
    regretChart(evidence, drawing),
    ...anytimeCharts(evidence, drawing),
    ...growthCharts(evidence, drawing),
    ...profileCharts(evidence, drawing),
    ...utilisationMaps(evidence, drawing),
  ].filter((figure) => figure !== null);

/** A chart as a file of its own, with its colours and ground. */
function alone(svg: string): string {
  const style = `<style>${COLORS} svg { background: var(--paper); font-family: system-ui, sans-serif; }</style>`;
  return `${svg.replace(/^(<svg[^>]*>)/, `$1${style}`)}\n`;
}

function leadOf({ sessions, exhibits, suites, load }: Evidence): string {
  const last = sessions.at(-1);
  const day = last ? new Date(last.started).toISOString().slice(0, 10) : '';
  const cores = last?.machine.cores ?? 1;
  // our own threads are up to three
  const busy =
    load > cores + 2
      ? ` The machine was busy with other things, too (load ${load.toFixed(0)}): seconds are worth less than they say.`
      : '';
  return `${new Set(exhibits.map((one) => one.case.name)).size} windows (${suites.join(', ')}), measured ${day} on ${last?.machine.cores} cores of ${last?.machine.processor}. Every assignment was recomputed from its window; a bound that someone’s cost contradicts does not count.${busy}`;
}

function reproduce({ sessions, versions }: Evidence): Content['reproduce'] {
  const last = sessions.at(-1);
  const solvers = [...versions].filter(
    ([name]) => name === 'placewright' || name.includes('-') === false || name === 'cp-sat',
  );
  const others = solvers.filter(([name, version]) => name !== 'placewright' && version !== last?.version);
  const facts: [string, string][] = [
    ['Placewright', `${last?.version}${last?.commit ? `, commit ${last.commit}` : ''}`],
    ...others.map(([name, version]): [string, string] => [name, version]),
    [
      'machine',
      `${last?.machine.processor}, ${last?.machine.cores} cores, ${last?.machine.memoryMb} MB, ${last?.machine.system}`,
    ],
    ['Node', last?.machine.node ?? ''],
    ['seeds', 'windows are named after theirs; the search of Placewright has seed 1 and on'],
    ['every run', 'runs.jsonl, beside this report'],
  ];
  const commands = new Set(
    sessions.map(
      ({ arguments: words }) =>
        `placewright ${words
          .filter((word) => word !== '--resume')
          .map(quoted)
          .join(' ')}`,
    ),
  );
  return { facts, commands: [...commands] };
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/**
 * The summary for the terminal: a user's own windows in few words; every group, of these only when runs were repeated;
 * then the regrets of the first suite with what certifies them.
 */
function wordsOf(evidence: Evidence): string {
  const suite = mainSuite(evidence);
  const own = evidence.suites.every((name) => name === YOURS) ? ownWindows(evidence) : null;
  const groups =
    own === null || evidence.exhibits.some(({ run }) => run.repeat > 1)
      ? [tableOf(summarise(evidence.exhibits.map(({ figures }) => figures)))]
      : [];
  const tables = [...groups, ...(own ? [`\n${plainTable(own).trimEnd()}`] : [])].join('\n');
  if (suite === undefined || !ours(evidence)) return `${tables}\n`;
  const rows = evidence.methods
    .map(({ name }) => ({ name, regret: medianRegret(evidence, name, suite) }))
    .filter(({ regret }) => regret !== null)
    .sort((a, b) => a.regret! - b.regret!)
    .map(({ name, regret }) => `  ${name.padEnd(32)}${percent(regret).padStart(10)}\n`);
  return `${tables}\n\n${suite}: median regret; the least costs are ${provenWords(certifiedGap(evidence, suite))} in the median\n${rows.join('')}`;
}

/** Every figure as one document. */
function jsonOf({ sessions, versions, exhibits }: Evidence): string {
  const runs = exhibits.map(({ figures }) => figures);
  const last = sessions.at(-1);
  const document = {
    machine: last?.machine,
    commit: last?.commit ?? null,
    versions: Object.fromEntries(versions),
    arguments: last?.arguments,
    summary: summarise(runs),
    runs,
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}
