import { mean } from '../../model/statistics.ts';
import { groupBy } from '../summary.ts';
import { certifiedGap, type Evidence, type Exhibit, medianRegret, ours, percent, secondsOf } from './evidence.ts';

/** A table of the report: text cells; the columns after `words` hold numbers. */
export interface Table {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly words: number; // columns of words, at the left
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly marked?: readonly boolean[]; // rows that stand out
}

/** Losses that are listed. */
const MOST_LOSSES = 25;
/** Share by which a cost must be lower to be called so. */
const LOWER = 1e-6;

/** Median regret of every method on every suite, best first, with the bound that certifies it. */
export function regretTable(evidence: Evidence): Table | null {
  const { suites, methods } = evidence;
  const rows = methods
    .map((method) => ({ method, cells: suites.map((suite) => medianRegret(evidence, method.name, suite)) }))
    .filter(({ cells }) => cells.some((cell) => cell !== null))
    .sort((a, b) => meanRegret(a.cells) - meanRegret(b.cells));
  if (rows.length === 0) return null;
  return {
    id: 'regrets',
    title: 'Median regret of every method, suite by suite',
    note: 'Cost above the least that anyone had, in the median over windows where the method placed as many copies as anyone; – where it never did. The last row: how far, at most, that least cost is from the optimum.',
    words: 1,
    heads: ['method', ...suites],
    rows: [
      ...rows.map(({ method, cells }) => [method.name, ...cells.map(percent)]),
      ['certified to within', ...suites.map((suite) => percent(certifiedGap(evidence, suite)))],
    ],
    marked: rows.map(({ method }) => method.family === 'ours'),
  };
}

/** Over the suites; where a method has none it counts as 10, which is eleven times the least cost. */
const meanRegret = (cells: readonly (number | null)[]): number => mean(cells.map((cell) => cell ?? 10));

/** Where someone had a cheaper or fuller assignment than ours at its longest deadline, or proved the optimum sooner. */
export function lossTable(evidence: Evidence): Table {
  const mine = ours(evidence);
  const lost: { row: string[]; by: number }[] = [];
  let windows = 0;
  for (const runs of groupBy(evidence.exhibits, (one) => one.case.name).values()) {
    const own = typical(runs.filter(({ method }) => method === mine?.name));
    if (runs.every(({ method }) => method !== mine?.name)) continue;
    windows++;
    for (const [method, theirs] of groupBy(
      runs.filter(({ family }) => family !== 'ours'),
      (one) => one.method,
    )) {
      const rival = typical(theirs);
      if (rival) lost.push(...lossesTo(own, rival, method));
    }
  }
  const listed = lost.sort((a, b) => b.by - a.by).slice(0, MOST_LOSSES);
  const cheaper = new Set(lost.filter(({ row }) => row[2] !== 'proof').map(({ row }) => row[0])).size;
  const sooner = new Set(lost.filter(({ row }) => row[2] === 'proof').map(({ row }) => row[0])).size;
  return {
    id: 'losses',
    title:
      lost.length === 0
        ? `Nobody beat Placewright on any of ${windows} windows`
        : `Where we were beaten: ${cheaper} of ${windows} windows in cost, ${sooner} in the time to a proof`,
    note:
      lost.length === 0
        ? `In ${mine?.limit ?? '–'}\u00a0s nobody had a cheaper or a fuller assignment, or proved an optimum sooner.`
        : `Against Placewright at ${mine?.limit ?? '–'} s, largest losses first${lost.length > MOST_LOSSES ? `, ${MOST_LOSSES} of ${lost.length}` : ''}; the seconds are those that each took.`,
    words: 3,
    heads: ['window', 'beaten by', 'in', 'theirs', 'ours', 'their seconds', 'our seconds'],
    rows: listed.map(({ row }) => row),
  };
}

/** The run in the middle by cost, of repeats and seeds that count. */
function typical(runs: readonly Exhibit[]): Exhibit | undefined {
  const sorted = runs.filter(({ figures }) => figures.cost !== null).sort((a, b) => a.figures.cost! - b.figures.cost!);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function lossesTo(mine: Exhibit | undefined, { figures: rival, case: { name } }: Exhibit, method: string) {
  const own = mine?.figures;
  const line = (what: string, theirs: string, mine: string) => [
    name,
    method,
    what,
    theirs,
    mine,
    secondsOf(rival.seconds),
    secondsOf(own?.seconds ?? null),
  ];
  if (!own) return [{ row: line('answer', rival.cost!.toPrecision(7), 'none'), by: 1e6 }];
  const tier = rival.unplaced!.findIndex((copies, t) => Math.abs(copies - own.unplaced![t]!) > 1e-6);
  if (tier >= 0)
    return rival.unplaced![tier]! < own.unplaced![tier]!
      ? [{ row: line('copies unplaced', rival.unplaced!.join(' + '), own.unplaced!.join(' + ')), by: 1e3 }]
      : [];
  const by = own.cost! / rival.cost! - 1;
  if (by > LOWER)
    return [{ row: line('cost', rival.cost!.toPrecision(7), `${own.cost!.toPrecision(7)} (+${percent(by)})`), by }];
  if (rival.toProof !== null && rival.toProof < (own.toProof ?? Number.POSITIVE_INFINITY))
    return [
      {
        row: line('proof', secondsOf(rival.toProof), own.toProof === null ? 'not proven' : secondsOf(own.toProof)),
        by: -1 / rival.toProof,
      },
    ];
  return [];
}

/** The figures at a glance. */
export function headline(evidence: Evidence): readonly (readonly [string, string])[] {
  const { exhibits } = evidence;
  const mine = ours(evidence);
  const windows = groupBy(exhibits, (one) => one.case.name).size;
  const own = [
    ...groupBy(
      exhibits.filter(({ method }) => method === mine?.name),
      (one) => one.case.name,
    ).values(),
  ];
  const proven = own.filter((runs) => runs.some(({ figures }) => figures.toProof !== null)).length;
  const checked = exhibits.filter(({ run }) => run.checked !== null);
  const refused = exhibits.filter(({ figures }) => figures.refused !== null);
  return [
    [String(windows), 'windows'],
    [`${proven} of ${own.length}`, `proven optimal by Placewright in ${mine?.limit ?? '–'} s`],
    [String(checked.length), `assignments recomputed, ${refused.length} refused`],
    [String(evidence.methods.length), 'methods in turn on each'],
  ];
}
