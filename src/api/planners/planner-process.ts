import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Answer } from '../../model/answer.ts';
import { now } from '../../solver/budget.ts';
import { EnginePool, type Engines } from '../../solver/engine-pool.ts';
import { without } from '../../solver/engines/engine.ts';
import { helpersGiveWay } from '../../solver/priority.ts';
import type { Start } from '../../solver/start.ts';
import { figuresOf } from '../observe/work-figures.ts';
import type { Operation } from '../operation.ts';
import { WIRE } from './descriptors.ts';
import type { Facts, PlannerJob, Report, Request } from './messages.ts';
import { operate } from './operations.ts';
import { sendingMs } from './sending.ts';
import { warmUp } from './warm-up.ts';
import { type Message, receive, send } from './wire.ts';

/**
 * The body of a planner process: parses, validates, solves, verifies and writes, so that the service's event loop need
 * not, and so that whatever happens here happens to this process only.
 */

/** All that the watchdog takes, in MiB. */
const WATCHDOG = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };

/** A job at work: how to look at it and how to end it. */
interface Running {
  readonly stop: AbortController;
  soFar: () => object | null;
}

helpersGiveWay();

/** One engine at work, one ready for when the first is ended at its deadline. */
const engines = new EnginePool({ ready: 2, threads: 3, searchers: 1, warm: ['glpk', 'highs'] });

/** Stands in for the engines after a crash. */
const noEngines: Engines = {
  run: async () => ({ outcome: without('failed', 'unknown', 'a planner died of it') }),
};

new Worker(new URL('./watchdog.js', import.meta.url), { resourceLimits: WATCHDOG })
  .on('error', (error) => console.error(`placewright: a planner has no watchdog: ${error}`))
  .unref();
const socket = new Socket({ fd: WIRE, readable: true, writable: true });
const running = new Map<number, Running>();

const report = (head: Report, document?: object): void =>
  send(socket, { head, body: document ? [new TextEncoder().encode(JSON.stringify(document))] : [] });

receive<Request>(socket, ({ head, body }) => {
  if (head.type === 'job') void work(head.job, head, body);
  else if (head.type === 'stop') running.get(head.job)?.stop.abort();
  else report({ type: 'look', job: head.job }, running.get(head.job)?.soFar() ?? undefined);
});
socket.on('error', () => {}); // the service is gone: `close` follows
socket.on('close', () => process.exit());
// a terminal or a service manager signals all processes of a service: the main one says what becomes of its jobs
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

await warmUp({ engines }).catch((error) => console.error(`placewright: warming up failed: ${error}`));
report({ type: 'ready' });

async function work(job: number, options: PlannerJob, body: Message<Request>['body']): Promise<void> {
  const stop = new AbortController();
  const mine: Running = { stop, soFar: () => null };
  running.set(job, mine);
  const { operation, heuristicsOnly, started, id, limits, others } = options;
  const longest = setTimeout(() => stop.abort(), Math.max(0, started + limits.maxDeadlineMs - now()));
  try {
    const { text, start } = readBody(body, options.startBytes);
    const { status, document } = await operate(operation, text, {
      engines: heuristicsOnly ? noEngines : engines,
      started,
      reserveOf: (deadlineMs) => sendingMs(deadlineMs, others),
      signal: stop.signal,
      id,
      start,
      limits,
      onWindow: ({ deadlineMs, work, tasks, nodes }) =>
        report({
          type: 'posed',
          job,
          deadlineMs: work === null ? deadlineMs : null,
          tasks: tasks.length,
          nodes: nodes.length,
        }),
      onBegun: (soFar) => {
        mine.soFar = soFar;
      },
      onProgress: (progress) => report({ type: 'progress', job, progress }),
    });
    const facts = status === 200 ? factsOf(operation, document) : null;
    report({ type: 'done', job, status, facts }, document);
  } catch (error) {
    const reason = String(error instanceof Error ? (error.stack ?? error.message) : error).slice(0, 2000);
    report({ type: 'failed', job, reason });
  } finally {
    clearTimeout(longest);
    running.delete(job);
  }
}

/** The text of a body, and the plan to start from that may follow it. */
function readBody(body: Message<Request>['body'], startBytes: number): { text: string; start: Start | undefined } {
  const bytes = Buffer.concat(body);
  const end = bytes.length - startBytes;
  if (startBytes === 0) return { text: bytes.toString('utf8'), start: undefined };
  const answer = JSON.parse(bytes.toString('utf8', end)) as Answer;
  return { text: bytes.toString('utf8', 0, end), start: answer.partial ?? answer };
}

/** What is worth telling of the answer of a placement. */
function factsOf(operation: Operation, document: object): Facts | null {
  if (operation !== 'placements') return null;
  const answer = document as Answer;
  return { ...figuresOf(answer), stop: answer.stop };
}
