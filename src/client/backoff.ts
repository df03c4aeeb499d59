import type { PlacewrightError } from './error.ts';
import type { Clock } from './types.ts';

/** Milliseconds before the first retry, at most; each further one may take twice as long, up to MOST_MS. */
const FIRST_MS = 250;
const MOST_MS = 8_000;
/** The longest Retry-After that is waited for: a service that asks for more is not there for now. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Milliseconds to wait before retry number `attempt` (from 0): exponential back-off with full jitter (M. Brooker,
 * "Exponential Backoff and Jitter", AWS 2015), never less than the service asked for. Null: not worth the wait.
 */
export function delayMs(attempt: number, retryAfterMs: number | null, clock: Clock): number | null {
  if (retryAfterMs !== null && retryAfterMs > LONGEST_RETRY_AFTER_MS) return null;
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** attempt);
  return (retryAfterMs ?? 0) + clock.random() * most;
}

/** Milliseconds of a Retry-After header, in seconds or a date (RFC 9110, 10.2.3); null when there is none that can be read. */
export function retryAfterMs(header: string | null, clock: Clock): number | null {
  if (header === null) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - clock.now());
}

/** Gateways that may or may not have passed the request on. */
const GATEWAY = [502, 504];

/**
 * Whether a request may be sent again. One that changes nothing when it arrives twice (`repeatable`) may after a broken
 * connection, too; others only when the service says that it did not take them, and when to come again.
 */
export function mayRetry({ status, code, retryAfterMs }: PlacewrightError, repeatable: boolean): boolean {
  if (status === null) return repeatable && code === 'connection_failed';
  if (status === 429 || status === 503) return repeatable || retryAfterMs !== null;
  return repeatable && GATEWAY.includes(status);
}

/** Real time and chance. */
export const realClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((done, fail) => {
      if (signal?.aborted) return fail(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        fail(signal!.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        done();
      }, ms);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};
