import { PlacewrightError } from './error.ts';
import { progressOf } from './progress.ts';
import type { Transport } from './transport.ts';
import type { Answer, FollowOptions, JobSnapshot, Progress, RequestOptions } from './types.ts';

/** Milliseconds between two polls where events can not be had: at first, and at most. */
const POLL_MS = 250;
const LONGEST_POLL_MS = 5_000;

/** A placement that is worked on. */
export class Job {
  /** Unguessable name; `client.job(id)` finds the job again, from another process, too. */
  readonly id: string;
  readonly #transport: Transport;
  readonly #path: string;
  /** The job's end, where it is known already. */
  readonly #end: JobSnapshot | null;

  /** For the client: others get a job from `submit` or `job`. */
  constructor(transport: Transport, id: string, known: JobSnapshot | null = null) {
    if (!/[^.]/.test(id)) throw new TypeError(`Expected the id of a job, found "${id}".`);
    this.id = id;
    this.#transport = transport;
    this.#path = `/v1/placements/${encodeURIComponent(id)}`;
    this.#end = known && isOver(known) ? known : null;
  }

  /** The job as it is now, with the best answer so far. */
  async snapshot({ signal }: RequestOptions = {}): Promise<JobSnapshot> {
    return this.#end ?? this.#document('GET', signal);
  }

  /** Every better incumbent or bound as it is found; ends with the job. Leaving the loop closes the connection. */
  async *progress({ signal }: RequestOptions = {}): AsyncGenerator<Progress, void, undefined> {
    if (!this.#end) yield* progressOf(this.#transport, `${this.#path}/events`, signal);
  }

  /**
   * The answer once the job is over; of a cancelled job the best it had. Follows the events and asks now and then where
   * these can not be had. Rejects with the problem when the job failed.
   */
  async result({ signal, onProgress }: FollowOptions = {}): Promise<Answer> {
    try {
      for await (const progress of this.progress({ signal })) onProgress?.(progress);
    } catch (error) {
      if (!(error instanceof PlacewrightError)) throw error; // the caller's signal, or a fault in onProgress
    }
    for (let poll = POLL_MS; ; poll = Math.min(LONGEST_POLL_MS, 1.5 * poll)) {
      const snapshot = await this.snapshot({ signal });
      if (isOver(snapshot)) return answerOf(snapshot);
      await this.#transport.clock.sleep(poll, signal);
    }
  }

  /** Stops the job; resolves with the best it had. A job that was over stays as it is. */
  async cancel({ signal }: RequestOptions = {}): Promise<JobSnapshot> {
    return this.#end ?? this.#document('DELETE', signal);
  }

  async #document(method: 'GET' | 'DELETE', signal: AbortSignal | undefined): Promise<JobSnapshot> {
    const { document, status } = await this.#transport.document<JobSnapshot>({
      method,
      path: this.#path,
      signal,
      repeatable: true,
    });
    return asJob(document, status);
  }
}

const STATES: readonly string[] = ['queued', 'running', 'done', 'cancelled', 'failed'];

/** A document that has the marks of a job; throws where it has not. */
export function asJob(document: Partial<JobSnapshot>, status: number): JobSnapshot {
  const { id, state } = document;
  if (typeof id !== 'string' || typeof state !== 'string' || !STATES.includes(state))
    throw new PlacewrightError('malformed_answer', { status, detail: 'no job' });
  return document as JobSnapshot;
}

const isOver = ({ state }: JobSnapshot): boolean => state !== 'queued' && state !== 'running';

function answerOf({ state, answer, problem }: JobSnapshot): Answer {
  if (answer && state !== 'failed') return answer;
  if (problem) throw new PlacewrightError('failed', { problem, status: problem.status });
  throw new PlacewrightError(state === 'cancelled' ? 'cancelled' : 'failed', { detail: '' });
}
