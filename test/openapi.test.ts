import SwaggerParser from '@apidevtools/swagger-parser';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../dist/api/openapi.js';
import { PROBLEMS } from '../dist/api/problem.js';

interface Operation {
  operationId: string;
  tags: string[];
  security?: object[];
  parameters?: { name: string; in: string }[];
  responses: Record<string, { description: string; headers?: object; content: Record<string, { schema: object }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties: Record<string, object> }>; securitySchemes: object };
  security: object[];
}

const document = structuredClone(openApiDocument()) as Document;
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
const placement = document.paths['/v1/placements']!.post!;

describe('the OpenAPI document', () => {
  it('is valid by the schema of OpenAPI 3.1', async () => {
    await SwaggerParser.validate(structuredClone(document) as never);
  });

  it('gives every operation a name of its own', () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['place', 'job', 'jobEvents', 'cancelJob', 'compare', 'readiness']));
  });

  it('names every problem where its status is described', () => {
    const described = operations.flatMap(({ responses }) => Object.entries(responses));
    for (const [code, { status }] of Object.entries(PROBLEMS)) {
      if (code === 'method_not_allowed') continue; // is of no operation
      const told = described.some(
        ([at, { description }]) => at === String(status) && description.includes(`\`${code}\``),
      );
      expect({ code, told }).toEqual({ code, told: true });
    }
  });

  it('describes every refusal as a problem document', () => {
    for (const { responses } of operations)
      for (const [status, { content }] of Object.entries(responses))
        if (Number(status) >= 400)
          expect(content).toEqual({
            'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
          });
  });

  it('describes jobs and the headers that speak of them', () => {
    expect(placement.parameters!.map(({ name }) => name)).toEqual([
      'Prefer',
      'Idempotency-Key',
      'Priority',
      'traceparent',
    ]);
    expect(placement.responses[202]).toMatchObject({
      headers: { Location: {}, 'Retry-After': {}, 'Preference-Applied': {} },
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Job' } } },
    });
    expect(placement.responses[429]!.headers).toMatchObject({
      'Retry-After': {},
      RateLimit: {},
      'RateLimit-Policy': {},
    });
    const stream = document.paths['/v1/placements/{id}/events']!.get!;
    expect(Object.keys(stream.responses[200]!.content)).toEqual(['text/event-stream']);
    expect(stream.parameters!.map(({ name }) => name)).toEqual(['id', 'Last-Event-ID']);
    expect(document.components.schemas.Job!.properties.answer).toMatchObject({
      anyOf: [{ $ref: '#/components/schemas/Answer' }, { type: 'null' }],
    });
  });

  it('lets keys be given, and asks for none where operators look', () => {
    expect(document.security).toEqual([{}, { bearer: [] }, { apiKey: [] }]);
    expect(Object.keys(document.components.securitySchemes)).toEqual(['bearer', 'apiKey']);
    for (const { operationId, security } of operations)
      expect([operationId, security]).toEqual([operationId, /health|readiness/.test(operationId) ? [] : undefined]);
  });
});
