import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import type { Settings } from '../settings/schema.ts';
import { type Client, Keyring } from './keys.ts';
import { RateLimits } from './rate.ts';
import { isProblem, refuse } from './refuse.ts';

/** What handlers behind the guard find in their context. */
export interface Admitted {
  Variables: { client: Client };
}

/** Lets a request pass that comes with a key, where keys are asked for, and within its client's rate limit. */
export function admission({ keys, rateLimit }: Pick<Settings, 'keys' | 'rateLimit'>): MiddlewareHandler<Admitted> {
  const keyring = new Keyring(keys, rateLimit);
  const limits = new RateLimits();
  return async (context, next) => {
    const client = keyring.identify(context.req.raw.headers, addressOf(context));
    if (isProblem(client)) return refuse(client);
    context.set('client', client);
    const verdict = await limits.count(client);
    if (verdict.problem) return refuse(verdict.problem, verdict.headers);
    await next();
    for (const [name, value] of Object.entries(verdict.headers)) context.header(name, value);
    return undefined;
  };
}

/** The address a request comes from; requests that come over no connection are all one client. */
function addressOf(context: Context): string {
  return context.env?.incoming ? (getConnInfo(context).remote.address ?? 'gone') : 'local';
}
