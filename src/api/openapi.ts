import { OpenAPIHono } from '@hono/zod-openapi';
import { VERSION } from '../version.ts';
import { describePlacements } from './openapi/placements.ts';
import { describeReading } from './openapi/reading.ts';
import { registerSchemas } from './openapi/schemas.ts';
import { describeWork } from './openapi/work.ts';

let document: object | undefined;

/** The OpenAPI 3.1 description of the service, made from the schemas that validate. Built once. */
export function openApiDocument(): object {
  document ??= describe();
  return document;
}

function describe(): object {
  const hono = new OpenAPIHono();
  const registry = hono.openAPIRegistry;
  const schemas = registerSchemas(hono);
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, where the service asks for one.',
  });
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'The same key in a header of its own.',
  });
  describePlacements(hono, schemas);
  describeWork(hono, schemas);
  describeReading(hono, schemas);
  return hono.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Placewright',
      version: VERSION,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      description:
        'Which task runs on which node? Optimal assignments of scheduling windows, with a bound and prices to prove it.',
    },
    servers: [{ url: '/' }],
    security: [{}, { bearer: [] }, { apiKey: [] }],
  });
}
