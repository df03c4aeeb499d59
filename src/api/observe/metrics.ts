import type { Operation } from '../operation.ts';
import type { ProblemCode } from '../problem.ts';
import { watchEventLoop } from './event-loop.ts';
import { type Instruments, type JOB_ENDS, makeInstruments, type RESTART_CAUSES } from './instruments.ts';
import { registerReadings, type ServiceReadings } from './readings.ts';
import type { AnswerFigures } from './work-figures.ts';

/** What requests are counted as: what is done with a body, `jobs` for the addresses of one job, `other` for pages, probes and unknown addresses. */
export type RequestKind = Operation | 'jobs' | 'other';

export type RestartCause = (typeof RESTART_CAUSES)[number];

export interface RequestDone {
  readonly operation: RequestKind;
  readonly status: number; // of HTTP
  readonly problem?: ProblemCode | null; // of the problem document
  readonly ms: number; // last byte of the request … last byte of the answer
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface JobDone extends AnswerFigures {
  readonly state: (typeof JOB_ENDS)[number];
  readonly solveMs: number | null; // null: no planner ever took it
  readonly lateMs: number | null; // after the deadline; negative: in time; null: it had none
}

/** What happens in the service, told as it happens. Cheap, and never throws. */
export interface ServiceMetrics {
  requestDone(done: RequestDone): void;
  jobStarted(started: { readonly queuedMs: number }): void;
  jobDone(done: JobDone): void;
  jobRetried(): void;
  plannerRestarted(cause: RestartCause): void;
  logFailed(): void;
  logDropped(): void;
  /** The text for Prometheus, of type `contentType`. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Name and type of every metric, for who checks what is said of them. */
  describe(): Promise<readonly { readonly name: string; readonly type: string }[]>;
  /** Stops watching the event loop. */
  close(): void;
}

/** Families of `method`, so that no caller can make a series. */
const METHODS = new Set(['lp', 'ilp', 'branch-and-bound', 'search', 'heuristic', 'none']);

export function createMetrics(readings: ServiceReadings): ServiceMetrics {
  const instruments = makeInstruments();
  const { registry } = instruments;
  const eventLoop = watchEventLoop();
  registerReadings(registry, readings, eventLoop);
  return {
    requestDone: (done) => recordRequest(instruments, done),
    jobStarted: ({ queuedMs }) => instruments.queued.observe(seconds(queuedMs)),
    jobDone: (done) => recordJob(instruments, done),
    jobRetried: () => instruments.retries.inc(),
    plannerRestarted: (cause) => instruments.restarts.inc({ cause }),
    logFailed: () => instruments.logErrors.inc(),
    logDropped: () => instruments.logDrops.inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    describe: async () => (await registry.getMetricsAsJSON()).map(({ name, type }) => ({ name, type: String(type) })),
    close: () => eventLoop.stop(),
  };
}

function recordRequest(instruments: Instruments, { operation, status, problem, ms, bytesIn, bytesOut }: RequestDone) {
  instruments.requests.inc({ operation, status: String(status) });
  if (problem) instruments.rejections.inc({ code: problem });
  instruments.received.inc(bytesIn);
  instruments.sent.inc(bytesOut);
  instruments.duration.observe({ operation }, seconds(ms));
}

function recordJob(instruments: Instruments, { state, answer, solver, gap, fallback, solveMs, lateMs }: JobDone) {
  instruments.jobs.inc({ state });
  if (answer !== null) instruments.answers.inc({ status: answer });
  if (gap !== null) instruments.gap.observe(gap);
  if (fallback !== null) instruments.fallbacks.inc({ because: fallback });
  if (solveMs !== null) instruments.solve.observe({ method: familyOf(solver) }, seconds(solveMs));
  if (lateMs !== null) instruments.late.observe(seconds(lateMs));
}

function familyOf(solver: string | null): string {
  const family = solver?.split(':')[0] ?? 'none';
  return METHODS.has(family) ? family : 'other';
}

const seconds = (ms: number): number => Math.max(0, ms) / 1000;
