import type { Context, Hono } from 'hono';
import type { BodyLimits } from '../guard/body.ts';
import { refuse } from '../guard/refuse.ts';
import type { Desk } from '../jobs/desk.ts';
import { Job } from '../jobs/job.ts';
import { jobDocument } from '../jobs/job-document.ts';
import { digestOf } from '../jobs/store.ts';
import { CLIENT_GONE } from '../observe/answered.ts';
import { problem } from '../problem.ts';
import { enter } from './entry.ts';
import type { Env } from './env.ts';
import { eventStream, type StreamOptions } from './events.ts';
import { preferencesOf } from './preferences.ts';
import { outcomeResponse } from './responses.ts';

/** Seconds after which to look at a job again, at least. */
const LOOK_AGAIN_S = 1;

export interface PlacementsOptions {
  readonly desk: Desk;
  readonly limits: BodyLimits;
  readonly waitMs: number; // longest that a connection is held
  readonly stream: StreamOptions;
}

/** Placements: at once, as jobs, and what one may do with those. */
export function addPlacements(app: Hono<Env>, { desk, limits, waitMs, stream }: PlacementsOptions): void {
  app.post('/v1/placements', async (context) => {
    const entered = await enter(context, limits);
    if (entered instanceof Response) return entered;
    const { client } = entered;
    const { respondAsync, waitMs: asked } = preferencesOf(context.req.header('prefer'));
    const key = context.req.header('idempotency-key') ?? null;
    if (key !== null && !/^[\x21-\x7e]{1,255}$/.test(key))
      return refuse(
        problem(
          'invalid_header',
          `Expected an Idempotency-Key of 1 to 255 visible characters, found ${key.length}. Maybe a UUID.`,
        ),
      );
    const digest = key === null ? '' : await digestOf(entered.body);
    const known = key === null ? null : desk.store.withKey(client, key, digest);
    if (known && !known.same)
      return refuse(
        problem(
          'idempotency_mismatch',
          'Expected the body that this Idempotency-Key came with first, found another. Maybe take a new key.',
        ),
      );
    const job = known?.job ?? desk.submit({ ...entered, operation: 'placements' });
    if (!(job instanceof Job)) return outcomeResponse(job);
    context.set('job', job);
    if (key !== null || respondAsync) job.kept = true;
    if (respondAsync) job.promised = true;
    if (key !== null && !known) desk.store.setKey(job, key, digest);

    const gone = context.req.raw.signal;
    job.waiting++;
    const outcome = respondAsync ? job.outcome : await job.whenOver(gone, Math.min(waitMs, asked ?? waitMs));
    job.waiting--;
    if (outcome) return withLocation(outcomeResponse(outcome), job);
    if (gone.aborted) {
      abandon(job, desk);
      return new Response(null, { status: CLIENT_GONE });
    }
    job.kept = true;
    job.promised = true;
    const response = documentResponse(job, desk, null, 202);
    response.headers.set('location', addressOf(job));
    response.headers.set('retry-after', String(LOOK_AGAIN_S));
    if (respondAsync) response.headers.set('preference-applied', 'respond-async');
    else if (asked !== null && asked <= waitMs) response.headers.set('preference-applied', `wait=${asked / 1000}`);
    return response;
  });

  /** The job that an address speaks of, if it is this client's. */
  const find = (context: Context<Env>): Job | Response => {
    const job = desk.store.find(context.req.param('id') ?? '', context.get('client')!.name);
    return (
      job ??
      refuse(
        problem(
          'not_found',
          'Expected the id of a job that is at work or kept, found another. Maybe it has expired: POST the window again.',
        ),
      )
    );
  };

  app.get('/v1/placements/:id', async (context) => {
    const job = find(context);
    return job instanceof Job ? documentResponse(job, desk, await desk.look(job)) : job;
  });

  app.delete('/v1/placements/:id', async (context) => {
    const job = find(context);
    if (!(job instanceof Job)) return job;
    desk.cancel(job);
    await job.whenOver(context.req.raw.signal, MOST_STOP_MS);
    return documentResponse(job, desk, await desk.look(job));
  });

  app.get('/v1/placements/:id/events', (context) => {
    const job = find(context);
    return job instanceof Job ? eventStream(context, job, stream) : job;
  });
}

/** Milliseconds after which a job with a key is given up whose callers are gone. */
const REJOIN_MS = 30_000;

/** A caller of a job left while it waited. With a key it may come back for it; without one nobody can. */
function abandon(job: Job, desk: Desk): void {
  const end = () => job.waiting === 0 && !job.promised && desk.cancel(job);
  if (job.kept) setTimeout(end, REJOIN_MS).unref();
  else end();
}

/** Milliseconds that a job has to hand in its best once it was asked to stop. */
const MOST_STOP_MS = 5000;

const addressOf = ({ id }: Job): string => `/v1/placements/${id}`;

function withLocation(response: Response, job: Job): Response {
  if (job.kept) response.headers.set('content-location', addressOf(job));
  return response;
}

function documentResponse(job: Job, desk: Desk, answer: Uint8Array | null, status = 200): Response {
  return new Response(jobDocument(job, desk.store, answer), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });
}
