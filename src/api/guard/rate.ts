import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { type Problem, problem } from '../problem.ts';
import type { RateLimit } from '../settings/schema.ts';
import type { Client } from './keys.ts';

/** Clients remembered at once; beyond them the one that has been quiet longest is forgotten, its count with it. */
const MOST_CLIENTS = 20_000;

/** What a client is told of its limit, and the problem when it is used up. */
export interface RateVerdict {
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: Problem | null;
}

/** Counts requests by client in fixed windows of time, each of which starts with a client's first request. */
export class RateLimits {
  readonly #limiters = new Map<string, RateLimiterMemory>();
  readonly #clients: LRUCache<string, RateLimiterMemory>;

  constructor(mostClients = MOST_CLIENTS) {
    this.#clients = new LRUCache({
      max: mostClients,
      disposeAfter: (limiter, name, reason) => {
        if (reason === 'evict') void limiter.delete(name);
      },
    });
  }

  /** Counts one request of a client. */
  async count({ name, rateLimit }: Client): Promise<RateVerdict> {
    if (rateLimit === null) return { headers: {}, problem: null };
    const { requests, seconds } = rateLimit;
    const limiter = this.#limiterOf(rateLimit);
    this.#clients.set(name, limiter);
    const used = await limiter.consume(name).catch((refusal: unknown) => {
      if (refusal instanceof RateLimiterRes) return refusal;
      throw refusal;
    });
    // the library goes by the wall clock, which may be set: a window is never longer than it is
    const reset = Math.min(seconds, Math.max(1, Math.ceil(used.msBeforeNext / 1000)));
    const headers = {
      'ratelimit-policy': `"default";q=${requests};w=${seconds}`,
      ratelimit: `"default";r=${used.remainingPoints};t=${reset}`,
    };
    if (used.consumedPoints <= requests) return { headers, problem: null };
    const detail = `Expected at most ${requests} requests in ${seconds} s, found more. Maybe wait ${reset} s.`;
    return { headers: { ...headers, 'retry-after': String(reset) }, problem: problem('rate_limited', detail) };
  }

  /** One limiter for each limit that is in use: as many as the configuration names. */
  #limiterOf({ requests, seconds }: RateLimit): RateLimiterMemory {
    const id = `${requests}/${seconds}`;
    const limiter = this.#limiters.get(id) ?? new RateLimiterMemory({ points: requests, duration: seconds });
    this.#limiters.set(id, limiter);
    return limiter;
  }
}
