import type { MiddlewareHandler } from 'hono';
import { problem } from '../problem.ts';
import type { Settings } from '../settings/schema.ts';
import { isLoopback } from './bind.ts';
import { refuse } from './refuse.ts';

/**
 * Turns away what a page of another origin sends from a browser of someone who can reach the service: requests whose
 * `Origin` is neither ours nor named in `cors`; and, where being on this machine is all that is asked for, requests to
 * a name that is not this machine's, as a page sends them that had its own name point here (DNS rebinding).
 */
export function ownOrigin({ keys, cors, allowOpen }: Pick<Settings, 'keys' | 'cors' | 'allowOpen'>): MiddlewareHandler {
  const named = new Set(cors);
  const localOnly = keys.length === 0 && !allowOpen;
  return async ({ req }, next) => {
    const { host, hostname } = new URL(req.url);
    const origin = req.header('origin');
    if (origin !== undefined && !named.has('*') && !named.has(origin) && hostOf(origin) !== host)
      return refuse(
        problem(
          'forbidden_origin',
          `Expected a page of this service or of an origin in cors, found ${JSON.stringify(origin.slice(0, 100))}. Maybe add it to cors.`,
        ),
      );
    if (localOnly && !isLoopback(hostname.replace(/^\[|\]$/g, '')))
      return refuse(
        problem(
          'forbidden_origin',
          `Expected a request to localhost, found one to ${JSON.stringify(hostname.slice(0, 100))}. Maybe a proxy passes on the name it was asked by: have it send its own, or set keys or allowOpen.`,
        ),
      );
    return next();
  };
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);
