import type { Lateness, Soak } from './soak.ts';
import type { Throughput } from './throughput.ts';

const HEADS = [
  'size',
  'contender',
  'body',
  'answer',
  'answers',
  'failures',
  'per second',
  'p50',
  'p97.5',
  'p99',
  'p99.9',
];

/** Throughput as a table. */
export function tableOf(figures: readonly Throughput[]): string {
  const rows = figures.map(({ size, contender, bytesIn, bytesOut, answers, failures, perSecond, ms }) => [
    size,
    contender,
    bytes(bytesIn),
    bytes(bytesOut),
    String(answers),
    String(failures),
    perSecond.toFixed(1),
    ...(ms ? [ms.p50, ms.p97_5, ms.p99, ms.p99_9].map(milliseconds) : ['–', '–', '–', '–']),
  ]);
  const widths = HEADS.map((head, c) => Math.max(head.length, ...rows.map((row) => row[c]!.length)));
  const text = (row: readonly string[]) =>
    row.map((cell, c) => (c < 2 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join('  ');
  return [HEADS, ...rows].map((row) => text(row).trimEnd()).join('\n');
}

/** What must be seen of a soak, and whether it was. */
export function verdictsOf(soak: Soak): { readonly wanted: string; readonly found: string; readonly kept: boolean }[] {
  const { p99_9 } = soak.late.all!;
  const { lost = 0, unfinished = 0 } = soak.jobs;
  return [
    {
      wanted: 'answers at most 50 ms late at p99.9',
      found: `${milliseconds(p99_9)} ms`,
      kept: p99_9 !== null && p99_9 <= 50,
    },
    { wanted: 'no 5xx but 503 with Retry-After', found: `${soak.wrongStatuses}`, kept: soak.wrongStatuses === 0 },
    { wanted: 'no connection broken', found: shown(soak.broken), kept: Object.keys(soak.broken).length === 0 },
    { wanted: 'no accepted job lost', found: `${lost} lost, ${unfinished} unfinished`, kept: lost + unfinished === 0 },
    {
      wanted: 'the same answer to the same idempotency key',
      found: `${soak.replays.same} same, ${soak.replays.different} different`,
      kept: soak.replays.different === 0,
    },
    {
      wanted: 'no fault in sampled answers',
      found: `${soak.faults.length} in ${soak.judged} ${soak.faults.slice(0, 3).join('; ')}`.trim(),
      kept: soak.faults.length === 0,
    },
    {
      wanted: 'resident memory grows by less than 10 % after the first minute',
      found: soak.growth === null ? 'not seen' : `${(100 * soak.growth).toFixed(1)} %`,
      kept: soak.growth !== null && soak.growth < 0.1,
    },
    {
      wanted: 'event loop delay at most 20 ms at p99',
      found:
        soak.loopMs === null
          ? 'not told'
          : `${milliseconds(soak.loopMs)} ms, in the worst 10 s ${milliseconds(soak.worstLoopMs)} ms`,
      kept: soak.loopMs !== null && soak.loopMs <= 20,
    },
    {
      wanted: 'stops with code 0',
      found: `${soak.stop.code} after ${milliseconds(soak.stop.ms)} ms`,
      kept: soak.stop.code === 0,
    },
  ];
}

/** A soak in words. */
export function soakLines(soak: Soak): string {
  const late = (name: string, { answers, p50, p99, p99_9 }: Lateness) =>
    `  ${name.padEnd(7)} ${String(answers).padStart(7)} answers; late p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}, p99.9 ${milliseconds(p99_9)} ms`;
  const memory = soak.sights.map(({ treeMb }) => treeMb?.toFixed(0) ?? '–').join(' ');
  return [
    `${soak.requests} requests, ${soak.rate.toFixed(1)} a second (capacity ${soak.capacity.toFixed(1)}), ${soak.unsent} not sent since 2000 were under way`,
    `statuses: ${shown(soak.statuses)}; jobs: ${shown(soak.jobs)}`,
    ...Object.entries(soak.late).map(([name, lateness]) => late(name, lateness)),
    late('jobs', soak.jobsLate),
    `event loop of the client late by ${milliseconds(soak.clientDelayMs)} ms at p99, which is in the figures above`,
    `resident memory in MiB, every 10 s: ${memory}`,
    ...verdictsOf(soak).map(({ wanted, found, kept }) => `${kept ? 'kept  ' : 'MISSED'}  ${wanted}: ${found}`),
  ].join('\n');
}

const shown = (found: Readonly<Record<string, number>>): string =>
  Object.entries(found)
    .map(([name, many]) => `${name} ${many}`)
    .join(', ') || 'none';

const bytes = (size: number): string =>
  size < 1e5 ? `${(size / 1e3).toFixed(1)} kB` : `${(size / 1e6).toFixed(2)} MB`;

const milliseconds = (ms: number | null): string => (ms === null ? '–' : ms.toFixed(1));
