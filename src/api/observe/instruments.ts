import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { VERSION } from '../../version.ts';
import type { Cause } from '../planners/planner.ts';
import { PROBLEMS } from '../problem.ts';

/** How jobs end. */
export const JOB_ENDS = ['done', 'cancelled', 'failed'] as const;

/** Why planners are replaced. */
export const RESTART_CAUSES = [
  'crash',
  'out-of-memory',
  'killed',
  'overdue',
  'recycled',
] as const satisfies readonly Cause[];

const TIMES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];
const GAPS = [0, 1e-6, 1e-4, 1e-3, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const LATE = [0, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

/** The registry of the service and what is written to as things happen. docs/observability.md explains each. */
export function makeInstruments() {
  const registry = new Registry();
  const registers = [registry];
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
    new Counter({ name: `placewright_${name}`, help, labelNames, registers });
  const histogram = <T extends string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly T[] = [],
  ) => new Histogram({ name: `placewright_${name}`, help, labelNames, buckets: [...buckets], registers });

  const build = new Gauge({
    name: 'placewright_build_info',
    help: 'Version of the service and of Node.js; always 1.',
    labelNames: ['version', 'node'],
    registers,
  });
  build.set({ version: VERSION, node: process.version }, 1);
  new Gauge({
    name: 'placewright_start_time_seconds',
    help: 'When the service started, in seconds since 1970.',
    registers,
  }).set(Date.now() / 1000 - process.uptime());

  const instruments = {
    registry,
    requests: counter('requests_total', 'Requests answered.', ['operation', 'status']),
    rejections: counter('rejections_total', 'Requests answered with a problem document, by its code.', ['code']),
    received: counter('received_bytes_total', 'Bytes of request bodies, as they came over the wire.'),
    sent: counter('sent_bytes_total', 'Bytes of answers.'),
    duration: histogram(
      'request_duration_seconds',
      'From the last byte of a request to the last byte of its answer.',
      TIMES,
      ['operation'],
    ),
    queued: histogram('queue_wait_seconds', 'Time that jobs waited for a planner.', TIMES),
    jobs: counter('jobs_total', 'Jobs that ended, by state.', ['state']),
    solve: histogram('solve_duration_seconds', 'Time a planner worked on a job, by the method of the answer.', TIMES, [
      'method',
    ]),
    answers: counter('answers_total', 'Answers to windows, by status.', ['status']),
    gap: histogram('gap_ratio', 'Proven relative gap of answers that have one.', GAPS),
    fallbacks: counter('fallbacks_total', "Answers with a heuristic's plan, by reason.", ['because']),
    late: histogram('deadline_overshoot_seconds', 'How late answers were; 0 for those in time.', LATE),
    restarts: counter('planner_restarts_total', 'Planners that were replaced, by cause.', ['cause']),
    retries: counter('retries_total', 'Jobs tried again after their planner had died.'),
    logErrors: counter('log_errors_total', 'Writes of the log that failed.'),
    logDrops: counter('log_dropped_lines_total', 'Log lines given up since the log took no more.'),
  };
  // series whose labels are known are there from the start, so that their first event is an increase
  for (const code of Object.keys(PROBLEMS)) instruments.rejections.inc({ code }, 0);
  for (const state of JOB_ENDS) instruments.jobs.inc({ state }, 0);
  for (const because of ['deadline', 'failed']) instruments.fallbacks.inc({ because }, 0);
  for (const cause of RESTART_CAUSES) instruments.restarts.inc({ cause }, 0);
  return instruments;
}

export type Instruments = ReturnType<typeof makeInstruments>;
