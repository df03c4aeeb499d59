import { delayMs, mayRetry, realClock, retryAfterMs } from './backoff.ts';
import { PlacewrightError, problemIn } from './error.ts';
import type { ClientOptions, Clock } from './types.ts';

/** A request to the service. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Address below that of the service, from its slash on. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Whether it may arrive twice without harm. */
  readonly repeatable: boolean;
  /** Most retries; default: those of the client. */
  readonly retries?: number;
}

/** Sends requests, again where that is safe, and makes errors of refusals. */
export class Transport {
  readonly clock: Clock;
  /** Most retries of one request; also the most broken streams of events in a row. */
  readonly retries: number;
  readonly #url: string;
  readonly #fetch: typeof fetch;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, key, retries = 3, fetch: fetcher, headers = {}, clock = realClock }: ClientOptions) {
    this.#url = new URL(url).href.replace(/\/+$/, '');
    this.#fetch = fetcher ?? ((input, init) => globalThis.fetch(input, init)); // browsers want `this` to be the window
    this.#headers = { ...headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) };
    this.clock = clock;
    this.retries = retries;
  }

  /** The status and document that a request is answered with. */
  document<T>(call: Call): Promise<{ readonly status: number; readonly document: T }> {
    const accept = 'application/json, application/problem+json';
    return this.#retried({ ...call, headers: { accept, ...call.headers } }, async (response) => {
      const text = await response.text();
      return { status: response.status, document: objectIn(text, response.status) as T };
    });
  }

  /** The body of an answer, to be read as it comes. */
  stream(call: Call): Promise<ReadableStream<Uint8Array>> {
    return this.#retried(call, async ({ status, body, headers }) => {
      if (body && headers.get('content-type')?.startsWith('text/event-stream')) return body;
      await body?.cancel();
      throw new PlacewrightError('malformed_answer', { status, detail: 'no stream of events' });
    });
  }

  async #retried<T>(call: Call, read: (response: Response) => Promise<T>): Promise<T> {
    const { signal, repeatable, retries = this.retries } = call;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#once(call, read);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof PlacewrightError)) throw error;
        const again = attempt < retries && mayRetry(error, repeatable);
        const wait = again ? delayMs(attempt, error.retryAfterMs, this.clock) : null;
        if (wait === null) throw error;
        await this.clock.sleep(wait, signal);
      }
    }
  }

  async #once<T>({ method, path, body, headers, signal }: Call, read: (response: Response) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const init: RequestInit = {
      method,
      headers: new Headers({ ...this.#headers, ...(body ? { 'content-type': 'application/json' } : {}), ...headers }),
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    };
    try {
      const response = await this.#fetch(`${this.#url}${path}`, init);
      if (!response.ok) throw this.#refusal(response, await response.text());
      return await read(response);
    } catch (error) {
      if (error instanceof PlacewrightError) throw error;
      throw new PlacewrightError('connection_failed', { detail: wordsOf(error), cause: error });
    }
  }

  #refusal({ status, headers }: Response, text: string): PlacewrightError {
    const wait = retryAfterMs(headers.get('retry-after'), this.clock);
    return new PlacewrightError('http_error', { status, problem: problemIn(text), retryAfterMs: wait });
  }
}

/** The object or list of a JSON text. */
export function objectIn(text: string, status: number | null = null): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new PlacewrightError('malformed_answer', { status, detail: wordsOf(cause), cause });
  }
  if (value === null || typeof value !== 'object')
    throw new PlacewrightError('malformed_answer', { status, detail: 'neither an object nor a list' });
  return value;
}

/** What an error says, its cause included: `fetch` hides there what it failed of. */
function wordsOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  return cause instanceof Error && cause.message ? `${message} (${cause.message})` : message;
}
