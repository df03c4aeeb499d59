import type { Figures } from './figures.ts';
import type { Line } from './summary.ts';

/** One run, as it is told while the rest is under way. */
export function runLine(run: Figures): string {
  const words = [
    run.case.padEnd(48),
    (run.contender === 'placewright' ? `ours, seed ${run.seed}` : run.contender).padEnd(13),
    run.status.padEnd(10),
    `${seconds(run.seconds)} s`,
    `cost ${run.cost === null ? '–' : run.cost.toPrecision(9)}`,
    `gap ${share(run.gap)}`,
    `over best ${share(run.over)}`,
    ...(run.unplaced?.some((copies) => copies > 0) ? [`unplaced ${run.unplaced.map(count).join(' + ')}`] : []),
    ...(run.refused ? [`(${run.refused})`] : []),
  ];
  return words.join('  ');
}

const HEADS = [
  'contender',
  'windows',
  'proved',
  'over best',
  'own gap',
  'seconds',
  'total',
  'ours/its s',
  'ours/its CPU',
  'ours/its cost',
  'to 1 %',
  'to 0.5 %',
  'proof',
  'CPU s',
  'MB',
  'unplaced',
];

/** The summary as text, a table for each group. */
export function tableOf(lines: readonly Line[]): string {
  const groups = [...new Set(lines.map(({ group }) => group))];
  const rowsOf = (group: string) => lines.filter((line) => line.group === group).map(cells);
  const widths = HEADS.map((head, c) => Math.max(head.length, ...groups.flatMap(rowsOf).map((row) => row[c]!.length)));
  const text = (row: readonly string[]) =>
    row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join('  ');
  return groups.map((group) => [`\n${group}`, text(HEADS), ...rowsOf(group).map(text)].join('\n').trimEnd()).join('\n');
}

const cells = (line: Line): string[] => [
  line.contender,
  line.answered === line.windows ? `${line.windows}` : `${line.answered}/${line.windows}`,
  `${line.proved}`,
  share(line.over),
  share(line.gap),
  seconds(line.seconds),
  seconds(line.total),
  ratio(line.oursToTheirsSeconds),
  ratio(line.oursToTheirsCpu),
  line.oursToTheirsCost === null ? '' : signedShare(line.oursToTheirsCost),
  seconds(line.toOnePercent),
  seconds(line.toHalfPercent),
  seconds(line.toProof),
  seconds(line.cpuSeconds),
  line.peakMb === null ? '–' : line.peakMb.toFixed(0),
  line.unplaced.some((copies) => copies > 0) ? line.unplaced.map(count).join(' + ') : '',
];

const share = (value: number | null): string => (value === null ? '–' : `${(100 * value).toFixed(3)} %`);
const ratio = (value: number | null): string => (value === null ? '' : value.toPrecision(2));
const signedShare = (value: number): string => `${value > 0 ? '+' : ''}${(100 * value).toFixed(3)} %`;
const seconds = (value: number | null): string => (value === null ? '–' : value.toFixed(value < 10 ? 3 : 1));
const count = (copies: number): string => `${Math.round(1000 * copies) / 1000}`;
