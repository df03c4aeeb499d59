import type { z } from '@hono/zod-openapi';
import { replyHeaders } from './headers.ts';
import type { Schemas } from './schemas.ts';

/** A JSON reply. */
export const json = (schema: z.ZodType, description: string, headers = {}) => ({
  description,
  headers,
  content: { 'application/json': { schema } },
});

/** What can go wrong, by status; each is a problem document. */
const REFUSALS = {
  400: [
    'The body is not JSON, or not what its headers say, or a header can not be read: `malformed_json`, `malformed_body`, `invalid_header`.',
  ],
  401: ['The key is missing or wrong: `unauthorized`.'],
  403: ['Pages of this origin may not use the service: `forbidden_origin`.'],
  404: ['There is nothing at this address, or no longer, or not for this client: `not_found`.'],
  408: ['The request did not arrive in time: `timeout`.'],
  409: ['The job was cancelled before it had an answer: `cancelled`.'],
  413: ['The body is larger than the service takes: `too_large`.'],
  415: ['The body is not declared as JSON: `unsupported_media_type`.'],
  422: [
    'The window can not be solved as it stands, is larger than the service takes, or comes with the key of another: `invalid_window`, `limit_exceeded`, `out_of_memory`, `idempotency_mismatch`.',
  ],
  429: [
    'The client asks for more than its share: `rate_limited`.',
    replyHeaders('Retry-After', 'RateLimit-Policy', 'RateLimit'),
  ],
  500: ['The service failed; this is a bug: `internal`.'],
  503: [
    'There is no room for more work now, no planner is ready, or the service stops: `overloaded`, `not_ready`, `stopping`.',
    replyHeaders('Retry-After'),
  ],
} as const satisfies Record<number, [string, object?]>;

type Status = keyof typeof REFUSALS;

/** Refusals with these statuses. */
export function refusals({ Problem }: Schemas, ...statuses: Status[]) {
  return Object.fromEntries(
    statuses.map((status) => {
      const [description, headers = {}] = REFUSALS[status] as readonly [string, object?];
      return [status, { description, headers, content: { 'application/problem+json': { schema: Problem } } }];
    }),
  );
}

/** Of whatever takes a body and works on it. */
export const WORK_REFUSALS = [400, 401, 403, 408, 409, 413, 415, 422, 429, 500, 503] as const satisfies Status[];
