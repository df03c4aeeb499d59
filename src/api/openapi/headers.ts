import { z } from '@hono/zod-openapi';

/** What requests may say beside their body, in the words of HTTP. */

const text = (description: string, examples: string[]) => z.string().optional().meta({ description, examples });

const traceparent = text('Trace of the caller (W3C Trace Context); found again in the log.', [
  '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
]);
const priority = text('How urgent (RFC 9218), from u=0, the most, to u=7. Default: u=3.', ['u=1']);

/** Of all work. */
export const workHeaders = z.object({ Priority: priority, traceparent });

/** Of placements, which may become jobs. */
export const placementHeaders = z.object({
  Prefer: text(
    'RFC 7240. `wait=SECONDS`: longest to hold the connection before a job is made of it; `respond-async`: at once.',
    ['wait=10', 'respond-async'],
  ),
  'Idempotency-Key': z
    .string()
    .regex(/^[!-~]{1,255}$/)
    .optional()
    .meta({
      description: 'The same key with the same body gives the same answer; with another body it is refused.',
    }),
  Priority: priority,
  traceparent,
});

/** Of streams of events. */
export const eventsHeaders = z.object({
  'Last-Event-ID': text('The id of the last event that came: what follows it is sent.', ['17']),
});

const header = (type: 'string' | 'integer', description: string) => ({ description, schema: { type } });

/** What replies say beside their body. */
export const REPLY_HEADERS = {
  'Retry-After': header('integer', 'Seconds after which it is worth asking again.'),
  Location: header('string', 'Address of the job.'),
  'Preference-Applied': header('string', 'What of `Prefer` was followed.'),
  'RateLimit-Policy': header('string', 'What a client may ask for, e.g. `"default";q=100;w=60`.'),
  RateLimit: header('string', 'What is left of it, e.g. `"default";r=50;t=30`.'),
} as const;

/** Those of the names given. */
export const replyHeaders = (...names: (keyof typeof REPLY_HEADERS)[]) =>
  Object.fromEntries(names.map((name) => [name, REPLY_HEADERS[name]]));
