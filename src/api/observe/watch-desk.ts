import { now } from '../../solver/budget.ts';
import type { Desk } from '../jobs/desk.ts';
import type { DeskObserver } from '../jobs/dispatcher.ts';
import type { OpenStreams } from '../routes/events.ts';
import type { Log } from './log.ts';
import type { ServiceMetrics } from './metrics.ts';
import type { ServiceReadings } from './readings.ts';
import { figuresOf } from './work-figures.ts';

/** Most characters of what a planner writes when it dies that are logged. */
const MOST_WORDS = 2000;
/** Its lines that can hold nothing of a window: where an error came from, that memory ran out, words of our own. */
const PLAIN_LINE = /^(\s+at |FATAL ERROR|placewright: )/;

/** Counts and logs what happens at a desk. */
export const deskObserver = (metrics: ServiceMetrics, log: Log): DeskObserver => ({
  begun: ({ started, begun }) => metrics.jobStarted({ queuedMs: begun! - started }),
  over: ({ id, client, state, outcome, started, begun, posed, promised }) => {
    const { answer, solver, gap, fallback } = outcome?.facts ?? figuresOf(null);
    const due = posed?.deadlineMs ?? null;
    const end = state === 'done' || state === 'cancelled' ? state : 'failed';
    const solveMs = begun === null ? null : now() - begun;
    const lateMs = due === null ? null : now() - started - due;
    metrics.jobDone({ state: end, answer, solver, gap, fallback, solveMs, lateMs });
    if (!promised) return; // the line of its request tells
    const queuedMs = Math.round((begun ?? now()) - started);
    const times = { queuedMs, solveMs: solveMs && Math.round(solveMs), lateMs: lateMs && Math.round(lateMs) };
    const fields = { id, client, state: end, status: outcome!.status, answer, solver, gap, fallback, ...times };
    if (outcome!.status >= 500 && outcome!.status !== 503) log.error('a job ended', undefined, fields);
    else log.info('a job ended', fields);
  },
  again: ({ id, attempts }, cause) => {
    metrics.jobRetried();
    log.warn('a job is tried again', { id, attempts, cause });
  },
  ended: (cause) => {
    if (cause === 'closed') return;
    metrics.plannerRestarted(cause);
    log[cause === 'recycled' ? 'info' : 'warn']('a planner ended', { cause });
  },
  words: (words) => {
    const plain = words.split('\n').filter((line) => PLAIN_LINE.test(line));
    log.warn('a planner wrote', { lines: plain.join('\n').slice(0, MOST_WORDS) });
    log.debug('a planner wrote', { words: words.slice(0, MOST_WORDS) });
  },
});

/** What is read of a desk each time the metrics are asked for. */
export const deskReadings = (desk: () => Desk, streams: OpenStreams): ServiceReadings => ({
  eventStreams: () => streams.open,
  queueLength: () => desk().figures.waiting,
  queueBytes: () => desk().figures.waitingBytes,
  jobsRunning: () => desk().figures.running,
  jobsKept: () => desk().figures.kept.jobs,
  keptBytes: () => desk().figures.kept.bytes,
  planners: () =>
    desk().figures.planners.map(({ residentBytes, isReady, inHand }) => ({
      residentBytes,
      state: inHand > 0 ? 'busy' : isReady ? 'idle' : 'starting',
    })),
});
