import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { eventsHeaders, placementHeaders, replyHeaders } from './headers.ts';
import { json, refusals, WORK_REFUSALS } from './replies.ts';
import type { Schemas } from './schemas.ts';

const params = z.object({ id: z.string().meta({ description: 'Id of the job.' }) });

/** Placements, and the jobs that long ones become. */
export function describePlacements({ openAPIRegistry: registry }: OpenAPIHono, schemas: Schemas): void {
  const { Window, Answer, Job } = schemas;
  registry.registerPath({
    method: 'post',
    path: '/v1/placements',
    operationId: 'place',
    tags: ['placements'],
    summary: 'Place a window',
    description:
      'Takes a scheduling window and returns the best assignment that its deadline allows, with a bound, a gap and the prices that prove it. What takes longer than the caller waits becomes a job.',
    request: {
      headers: placementHeaders,
      body: { required: true, content: { 'application/json': { schema: Window } } },
    },
    responses: {
      200: json(
        Answer,
        'The answer; also where a window that forbids unplaced tasks is infeasible or open.',
        replyHeaders('Preference-Applied', 'RateLimit-Policy', 'RateLimit'),
      ),
      202: json(
        Job,
        'A job: its answer is not there yet.',
        replyHeaders('Location', 'Retry-After', 'Preference-Applied', 'RateLimit-Policy', 'RateLimit'),
      ),
      ...refusals(schemas, ...WORK_REFUSALS),
    },
  });
  registry.registerPath({
    method: 'get',
    path: '/v1/placements/{id}',
    operationId: 'job',
    tags: ['placements'],
    summary: 'A job, with the best answer so far',
    request: { params },
    responses: { 200: json(Job, 'The job.'), ...refusals(schemas, 401, 403, 404, 429, 500) },
  });
  registry.registerPath({
    method: 'delete',
    path: '/v1/placements/{id}',
    operationId: 'cancelJob',
    tags: ['placements'],
    summary: 'Stop a job',
    description: 'What was found by then is its answer. A job that is over stays as it is.',
    request: { params },
    responses: { 200: json(Job, 'The job, with the best it had.'), ...refusals(schemas, 401, 403, 404, 429, 500) },
  });
  registry.registerPath({
    method: 'get',
    path: '/v1/placements/{id}/events',
    operationId: 'jobEvents',
    tags: ['placements'],
    summary: 'The progress of a job as it is made',
    description:
      'Server-sent events: `progress` with a Progress document for every better incumbent or bound, and at last `end` with `{ "state": … }`. Ids grow; `Last-Event-ID` resumes. A comment comes every 15 seconds.',
    request: { params, headers: eventsHeaders },
    responses: {
      200: {
        description: 'The events.',
        content: { 'text/event-stream': { schema: z.string().meta({ description: 'Server-sent events.' }) } },
      },
      204: { description: 'The job is over, and `Last-Event-ID` is that of its end: there is nothing more.' },
      ...refusals(schemas, 401, 403, 404, 429, 500),
    },
  });
}
