import { randomUUID } from 'node:crypto';
import type { JobProgress, JobState } from '../../model/job.ts';
import { now } from '../../solver/budget.ts';
import type { Progress } from '../../solver/state.ts';
import type { Operation } from '../operation.ts';
import type { Facts, Posed } from '../planners/messages.ts';
import { bytesOf } from '../planners/wire.ts';
import type { Waiting } from './queue.ts';

/** What is asked of the desk. */
export interface JobRequest {
  readonly operation: Operation;
  readonly body: readonly Uint8Array[];
  readonly client: string;
  readonly urgency: number; // 0, the most urgent, to 7
  readonly started: number; // time of now() of the last byte of the request
}

/** A document, as it is sent. */
export interface Outcome {
  readonly status: number;
  readonly bytes: Uint8Array;
  readonly facts: Facts | null;
  /** Seconds after which to try again, of a refusal that passes. */
  readonly retryAfter?: number;
}

/** What happened to a job, in the order it did; ids count from 1. */
export interface JobEvent {
  readonly id: number;
  readonly event: 'progress' | 'end';
  readonly data: JobProgress | { readonly state: JobState };
}

/** Events of a job that are kept for those who join late. */
const MOST_EVENTS = 200;
/** Milliseconds of deadline where a body does not tell: what a window has by default. */
const DEFAULT_DEADLINE_MS = 1000;

/** A request at work: from when it was read until its outcome is forgotten. */
export class Job implements Waiting {
  readonly id = randomUUID();
  readonly operation: Operation;
  readonly client: string;
  readonly urgency: number;
  readonly started: number;
  readonly created = new Date();
  readonly bytes: number; // of the body
  /** Given up once it is done. */
  body: readonly Uint8Array[];
  state: JobState = 'queued';
  finished: Date | null = null;
  outcome: Outcome | null = null;
  /** The best answer that was handed out or put aside so far, while it runs. */
  best: Buffer | null = null;
  /** What its window turned out to be. */
  posed: Posed | null = null;
  /** Times it was given to a planner. */
  attempts = 0;
  /** Times a planner ran out of memory with it. */
  outOfMemory = 0;
  /** Time of now() when a planner first had it. */
  begun: number | null = null;
  /** Time of now() when it was over. */
  ended: number | null = null;
  /** Whether someone may come back for it: then it outlives its request. */
  kept = false;
  /** Whether its caller was sent away with its address. */
  promised = false;
  /** Its Idempotency-Key. */
  key: string | null = null;
  /** Requests that hold a connection for it. */
  waiting = 0;
  /** Time of now() when its end was asked for. */
  stopped: number | null = null;
  readonly #guessMs: number;
  readonly #events: JobEvent[] = [];
  readonly #watchers = new Set<() => void>();
  #eventId = 0;

  constructor({ operation, body, client, urgency, started }: JobRequest) {
    this.operation = operation;
    this.body = body;
    this.client = client;
    this.urgency = urgency;
    this.started = started;
    this.bytes = bytesOf(body);
    this.#guessMs = deadlineIn(body) ?? DEFAULT_DEADLINE_MS;
  }

  /** Milliseconds it may take from its start: a guess until its window was read, Infinity where that counts steps. */
  get deadlineMs(): number {
    return this.posed ? (this.posed.deadlineMs ?? Number.POSITIVE_INFINITY) : this.#guessMs;
  }

  get over(): boolean {
    return this.outcome !== null;
  }

  /** The last that is known of how it goes. */
  get progress(): JobEvent['data'] | null {
    return this.#events.findLast(({ event }) => event === 'progress')?.data ?? null;
  }

  /** The id of the latest event; 0 before the first. */
  get lastEventId(): number {
    return this.#eventId;
  }

  /** Events after the one with that id, as far as they are kept. */
  eventsAfter(id: number): readonly JobEvent[] {
    return this.#events.filter((event) => event.id > id);
  }

  tell(progress: Progress): void {
    const { objective, bound } = progress;
    const gap = objective <= bound ? 0 : (objective - bound) / Math.abs(objective);
    this.#add('progress', { ...progress, gap, ms: Math.round(now() - this.started) });
  }

  /** Closes it with the best answer there is of it, or else with a refusal. */
  endWithBest(state: 'cancelled' | 'failed', refusal: Outcome): void {
    if (this.best) this.end('cancelled', { status: 200, bytes: this.best, facts: null });
    else this.end(state, refusal);
  }

  /** Closes it with what came of it. */
  end(state: 'done' | 'cancelled' | 'failed', outcome: Outcome): void {
    this.state = state;
    this.finished = new Date();
    this.ended = now();
    this.outcome = outcome;
    this.body = [];
    this.best = null;
    this.#add('end', { state });
  }

  /** Calls back at every event; returns how to stop that. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Resolves with its outcome, or with null when the signal aborts before or so many milliseconds are over. */
  whenOver(signal: AbortSignal, ms = Number.POSITIVE_INFINITY): Promise<Outcome | null> {
    return new Promise((resolve) => {
      const settle = () => {
        unwatch();
        clearTimeout(timer);
        signal.removeEventListener('abort', settle);
        resolve(this.outcome);
      };
      const unwatch = this.watch(() => this.over && settle());
      const timer = Number.isFinite(ms) ? setTimeout(settle, ms) : undefined;
      signal.addEventListener('abort', settle, { once: true });
      if (this.over || signal.aborted) settle();
    });
  }

  #add(event: JobEvent['event'], data: JobEvent['data']): void {
    this.#events.push({ id: ++this.#eventId, event, data });
    if (this.#events.length > MOST_EVENTS) this.#events.shift();
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** Bytes at either end of a body in which its deadline is looked for. */
const LOOKED_AT = 16 * 1024;

/**
 * The number after "deadlineMs" in a body, when it says so near its beginning or end. A guess for those who queue it: JSON
 * is read by a planner.
 */
function deadlineIn(body: readonly Uint8Array[]): number | null {
  for (const part of [body.at(-1)?.subarray(-LOOKED_AT), body[0]?.subarray(0, LOOKED_AT)]) {
    const text = Buffer.from(part ?? []).toString('latin1');
    const found = /^"deadlineMs"\s*:\s*(\d[\d.e+]{0,20})/i.exec(
      text.slice(Math.max(0, text.lastIndexOf('"deadlineMs"'))),
    );
    const ms = Number(found?.[1]); // NaN where there is none
    if (Number.isFinite(ms)) return ms;
  }
  return null;
}
