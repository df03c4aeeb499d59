import type { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Body } from './bodies.ts';
import { type Exchange, exchange } from './exchange.ts';
import type { Call } from './mix.ts';

/** What came of one request. */
export interface Outcome extends Call {
  readonly status: number; // of the first answer; 0: the connection broke, then or later
  readonly error: string | null; // how it broke
  readonly retryAfter: boolean; // whether the answer had this header
  readonly ms: number; // last byte sent … last byte of the first answer read
  readonly job: 'none' | 'done' | 'lost' | 'unfinished'; // of a request answered 202
  readonly jobLateMs: number | null; // when its job was finished, by the service's own clock
  readonly same: boolean | null; // with an idempotency key: whether the second answer had the bytes of the first
}

/** What a request is made with. */
export interface Means {
  readonly agent: Agent;
  readonly url: string; // of the service
  readonly key: string; // for idempotency, nobody else's
  /** Takes each answer 200. */
  readonly keep: (call: Call, body: Buffer) => void;
  readonly pollMs?: number; // between two looks at a job; default 250
  readonly patienceMs?: number; // after its deadline until a job counts as unfinished; default 30,000
}

const HEADERS = {
  plain: () => ({}),
  async: () => ({ prefer: 'respond-async' }),
  keyed: (key: string) => ({ 'idempotency-key': key }),
};

/** One request to its end: a job is looked at until it is done, a keyed request is sent once more. */
export async function perform(means: Means, call: Call, body: Body): Promise<Outcome> {
  const { agent, url, key, keep } = means;
  const headers: Record<string, string> = HEADERS[call.manner](key);
  const post = () => exchange(agent, 'POST', `${url}/v1/placements`, headers, body.parts(call.deadlineMs));
  let first: Exchange | null = null;
  try {
    first = await post();
    const told = { status: first.status, error: null, retryAfter: 'retry-after' in first.headers, ms: first.ms };
    if (first.status === 202) return { ...call, ...told, ...(await follow(means, call, first)), same: null };
    if (first.status === 200) keep(call, first.body);
    const same = first.status === 200 && call.manner === 'keyed' ? isSame(first, await post()) : null;
    return { ...call, ...told, job: 'none', jobLateMs: null, same };
  } catch (error) {
    const words = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
    const told = { status: 0, error: words, retryAfter: false, ms: first?.ms ?? 0 };
    return { ...call, ...told, job: first?.status === 202 ? 'lost' : 'none', jobLateMs: null, same: null };
  }
}

/** Null where the second request was turned away, as it may be. */
const isSame = (first: Exchange, second: Exchange): boolean | null =>
  second.status === 200 ? second.body.equals(first.body) : null;

/** Looks at a job until it has ended. Its document begins with its state and its times, and those are all that is read. */
async function follow(
  { agent, url, pollMs = 250, patienceMs = 30_000 }: Means,
  call: Call,
  accepted: Exchange,
): Promise<Pick<Outcome, 'job' | 'jobLateMs'>> {
  const until = performance.now() + call.deadlineMs + patienceMs;
  const address = new URL(accepted.headers.location ?? '/', url).href;
  while (performance.now() < until) {
    await pause(pollMs);
    const { status, body } = await exchange(agent, 'GET', address);
    if (status === 503 || status === 429) continue;
    if (status !== 200) return { job: 'lost', jobLateMs: null };
    const head = body.toString('latin1', 0, 1000);
    const state = /"state":"(\w+)"/.exec(head)?.[1];
    if (state === 'failed' || state === 'cancelled') return { job: 'lost', jobLateMs: null };
    if (state === 'done') return { job: 'done', jobLateMs: lateness(head) };
  }
  return { job: 'unfinished', jobLateMs: null };
}

/** Milliseconds from a job's deadline to its end; null where its document does not say both. */
function lateness(head: string): number | null {
  const [finished, deadline] = ['finished', 'deadline'].map((name) =>
    Date.parse(new RegExp(`"${name}":"([^"]+)"`).exec(head)?.[1] ?? ''),
  );
  return Number.isNaN(finished! - deadline!) ? null : finished! - deadline!;
}
