import type { Hono } from 'hono';
import type { BodyLimits } from '../guard/body.ts';
import type { Desk } from '../jobs/desk.ts';
import { Job } from '../jobs/job.ts';
import { CLIENT_GONE } from '../observe/answered.ts';
import { OPERATIONS } from '../operation.ts';
import { enter } from './entry.ts';
import type { Env } from './env.ts';
import { outcomeResponse } from './responses.ts';

/** Operations but placements: what is answered while the caller waits, and given up when it leaves. */
export function addOperations(app: Hono<Env>, desk: Desk, limits: BodyLimits): void {
  for (const operation of OPERATIONS.filter((one) => one !== 'placements'))
    app.post(`/v1/${operation}`, async (context) => {
      const entered = await enter(context, limits);
      if (entered instanceof Response) return entered;
      const job = desk.submit({ ...entered, operation });
      if (!(job instanceof Job)) return outcomeResponse(job);
      context.set('job', job);
      const outcome = await job.whenOver(context.req.raw.signal);
      if (outcome) return outcomeResponse(outcome);
      desk.cancel(job);
      return new Response(null, { status: CLIENT_GONE });
    });
}
