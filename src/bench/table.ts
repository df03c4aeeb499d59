import { OURS } from './contender.ts';
import type { Run } from './figures.ts';
import type { Line } from './summary.ts';

/** One run, as it is told while the rest is under way. */
export function progressLine(
  name: string,
  { contender, seed, seconds: limit, measured, checked, refused }: Run,
): string {
  const { outcome, end } = measured;
  const unplaced = checked?.unplaced ?? [];
  const bound = outcome?.bound ?? null;
  const gap = checked && bound !== null ? Math.max(0, checked.cost - bound) / Math.abs(checked.cost || 1) : null;
  const words = [
    name.padEnd(48),
    (contender === OURS ? `ours, ${limit} s, seed ${seed}` : contender).padEnd(29),
    (refused ? 'refused' : (outcome?.status ?? end)).padEnd(10),
    `${seconds(outcome ? outcome.ms / 1000 : limit)} s`,
    `cost ${checked ? checked.cost.toPrecision(9) : '–'}`,
    ...(bound === null ? [] : [`gap ${share(gap)}`]),
    ...(unplaced.some((copies) => copies > 0) ? [`unplaced ${unplaced.map(count).join(' + ')}`] : []),
    ...(refused ? [`(${refused})`] : []),
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
  'spread',
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
  line.spread === null ? '' : `${ratio(line.spread[0])}–${ratio(line.spread[1])}`,
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
