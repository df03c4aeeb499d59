import { PlacewrightError } from './error.ts';
import { asJob, Job } from './job.ts';
import { type Call, Transport } from './transport.ts';
import type {
  Answer,
  Assessment,
  ClientOptions,
  Comparison,
  EngineInfo,
  Frontier,
  HeuristicInfo,
  JobSnapshot,
  PlaceOptions,
  Plan,
  Quote,
  RequestOptions,
  SubmitOptions,
  TaskInput,
  WindowInput,
  WorkOptions,
} from './types.ts';

/**
 * A Placewright service. Every method rejects with a `PlacewrightError` when there is no answer, and with the reason of
 * the caller's signal when that aborts.
 */
export class PlacewrightClient {
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    this.#transport = new Transport(options);
  }

  /**
   * Places a window: the answer, however long it takes. What the service makes a job is followed to its end; a signal
   * that aborts cancels the job, too.
   */
  async place(window: WindowInput, options: PlaceOptions = {}): Promise<Answer> {
    const { signal, wait = options.onProgress ? 0 : undefined } = options;
    const prefer: Record<string, string> =
      wait === undefined ? {} : { prefer: wait > 0 ? `wait=${wait}` : 'respond-async' };
    const placed = await this.#placement(window, options, prefer);
    if (!(placed instanceof Job)) return placed;
    try {
      return await placed.result(options);
    } catch (error) {
      if (signal?.aborted) placed.cancel().catch(() => undefined); // nobody waits for it
      throw error;
    }
  }

  /** Hands a window in; the job is there at once, its answer later. */
  async submit(window: WindowInput, options: SubmitOptions = {}): Promise<Job> {
    const placed = await this.#placement(window, options, { prefer: 'respond-async' });
    return placed instanceof Job ? placed : new Job(this.#transport, placed.id, doneWith(placed));
  }

  /** A job that was submitted before, perhaps by another process. */
  job(id: string): Job {
    return new Job(this.#transport, id);
  }

  /** Solves a window and sets every heuristic beside the optimum. */
  compare(window: WindowInput, options?: WorkOptions): Promise<Comparison> {
    return this.#work('comparisons', window, options);
  }

  /** Which rules a plan breaks, and how far from the optimum it is. */
  verify(window: WindowInput, plan: Plan, options?: WorkOptions): Promise<Assessment> {
    return this.#work('verifications', { window, plan }, options);
  }

  /** Where one more task would fit beside a plan (default: what runs on `current`), and what it would add. */
  quote(
    window: WindowInput,
    task: TaskInput,
    { plan, times, ...options }: WorkOptions & { plan?: Plan; times?: readonly (number | null)[] } = {},
  ): Promise<Quote> {
    return this.#work('quotes', { window, task, ...(plan && { plan }), ...(times && { times }) }, options);
  }

  /** The least objective for each number of moves (default: 0, 1, 2, 4, …, as many as the window allows). */
  frontier(
    window: WindowInput,
    { moves, ...options }: WorkOptions & { moves?: readonly (number | null)[] } = {},
  ): Promise<Frontier> {
    return this.#work('frontiers', { window, ...(moves && { moves }) }, options);
  }

  /** The heuristics: name, rule and source of each. */
  heuristics({ signal }: RequestOptions = {}): Promise<HeuristicInfo[]> {
    return this.#document({ method: 'GET', path: '/v1/heuristics', signal, repeatable: true });
  }

  /** What `engine` of a window may name, beside "auto". */
  engines({ signal }: RequestOptions = {}): Promise<EngineInfo[]> {
    return this.#document({ method: 'GET', path: '/v1/engines', signal, repeatable: true });
  }

  /** Whether the service takes work now; false also where nobody answers. Asks once. */
  async ready({ signal }: RequestOptions = {}): Promise<boolean> {
    try {
      await this.#document({ method: 'GET', path: '/readyz', signal, repeatable: true, retries: 0 });
      return true;
    } catch (error) {
      if (error instanceof PlacewrightError && (error.status === 503 || error.status === null)) return false;
      throw error;
    }
  }

  /** Sends a window; the answer, or the job that will have it. */
  async #placement(
    window: WindowInput,
    { signal, urgency, idempotencyKey = randomKey() }: SubmitOptions,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer | Job> {
    const { status, document } = await this.#transport.document<Answer | JobSnapshot>({
      method: 'POST',
      path: '/v1/placements',
      body: window,
      headers: { 'idempotency-key': idempotencyKey, ...priority(urgency), ...headers },
      signal,
      repeatable: true, // the key sees to it
    });
    if (status !== 202) return asAnswer(document as Answer, status);
    const job = asJob(document as JobSnapshot, status);
    return new Job(this.#transport, job.id, job);
  }

  /** Work that leaves nothing behind, but is too much to do twice for a connection that broke. */
  #work<T>(operation: string, body: object, { signal, urgency }: WorkOptions = {}): Promise<T> {
    return this.#document({
      method: 'POST',
      path: `/v1/${operation}`,
      body,
      headers: priority(urgency),
      signal,
      repeatable: false,
    });
  }

  async #document<T>(call: Call): Promise<T> {
    return (await this.#transport.document<T>(call)).document;
  }
}

/** A document that has the marks of an answer; throws where it has not. */
function asAnswer(document: Partial<Answer>, status: number): Answer {
  if (typeof document.status !== 'string' || !Array.isArray(document.assignments))
    throw new PlacewrightError('malformed_answer', { status, detail: 'no answer to a window' });
  return document as Answer;
}

const priority = (urgency: number | undefined): Record<string, string> =>
  urgency === undefined ? {} : { priority: `u=${urgency}` };

/** 128 random bits; `crypto.randomUUID` is not there on pages without TLS. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The job that an answer given at once would have been: nothing is known of its times. */
const doneWith = (answer: Answer): JobSnapshot => ({
  id: answer.id,
  state: 'done',
  created: null,
  finished: null,
  expires: null,
  deadline: null,
  progress: null,
  answer,
  problem: null,
});
