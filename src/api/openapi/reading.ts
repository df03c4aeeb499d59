import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { enginesSchema, heuristicsSchema } from '../../model/replies.ts';
import { exampleNames } from '../examples.ts';
import { json, refusals } from './replies.ts';
import type { Schemas } from './schemas.ts';

/** What can be read: catalogues, examples, and how the service is. */
export function describeReading({ openAPIRegistry: registry }: OpenAPIHono, schemas: Schemas): void {
  const get = (path: string, operationId: string, summary: string, reply: z.ZodType, says: string) =>
    registry.registerPath({
      method: 'get',
      path,
      operationId,
      tags: ['catalogue'],
      summary,
      responses: { 200: json(reply, says), ...refusals(schemas, 401, 403, 429, 500) },
    });
  get('/v1/heuristics', 'heuristics', 'The heuristics', heuristicsSchema, 'Name, rule and source of each.');
  get('/v1/engines', 'engines', 'The engines', enginesSchema, 'What `engine` may name, beside "auto".');
  get('/v1/examples', 'examples', 'The example windows', z.array(z.string()), 'Their names.');
  registry.registerPath({
    method: 'get',
    path: '/v1/examples/{name}',
    operationId: 'example',
    tags: ['catalogue'],
    summary: 'An example window, ready to POST',
    request: { params: z.object({ name: z.enum(exampleNames() as [string, ...string[]]) }) },
    responses: { 200: json(schemas.Window, 'A window.'), ...refusals(schemas, 401, 403, 404, 429, 500) },
  });
  const operator = { method: 'get' as const, tags: ['operation'], security: [] };
  registry.registerPath({
    ...operator,
    path: '/healthz',
    operationId: 'health',
    summary: 'Whether the service is up',
    responses: { 200: json(z.object({ status: z.literal('ok'), version: z.string() }), 'It is.') },
  });
  registry.registerPath({
    ...operator,
    path: '/readyz',
    operationId: 'readiness',
    summary: 'Whether the service takes work',
    responses: { 200: json(z.object({ status: z.literal('ready') }), 'It does.'), ...refusals(schemas, 503) },
  });
  registry.registerPath({
    method: 'get',
    tags: ['operation'],
    path: '/metrics',
    operationId: 'metrics',
    summary: 'Figures for Prometheus',
    responses: {
      200: { description: 'The figures.', content: { 'text/plain': { schema: z.string() } } },
      ...refusals(schemas, 401, 403, 404, 429, 500),
    },
  });
}
