import type { OpenAPIHono, z } from '@hono/zod-openapi';
import { replyHeaders, workHeaders } from './headers.ts';
import { json, refusals, WORK_REFUSALS } from './replies.ts';
import type { Schemas } from './schemas.ts';

interface Work {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly body: z.ZodType;
  readonly reply: z.ZodType;
  readonly says: string;
}

/** What takes a body and is answered at once, placements left out. */
export function describeWork({ openAPIRegistry: registry }: OpenAPIHono, schemas: Schemas): void {
  const post = (path: string, { operationId, summary, description, body, reply, says }: Work) =>
    registry.registerPath({
      method: 'post',
      path,
      operationId,
      tags: ['analysis'],
      summary,
      description,
      request: { headers: workHeaders, body: { required: true, content: { 'application/json': { schema: body } } } },
      responses: {
        200: json(reply, says, replyHeaders('RateLimit-Policy', 'RateLimit')),
        ...refusals(schemas, ...WORK_REFUSALS),
      },
    });
  post('/v1/comparisons', {
    operationId: 'compare',
    summary: 'Compare heuristics with the optimum',
    description: "Solves a window and tells every heuristic's objective, unplaced copies, regret and time beside it.",
    body: schemas.Window,
    reply: schemas.Comparison,
    says: 'Every heuristic beside the optimum.',
  });
  post('/v1/verifications', {
    operationId: 'verify',
    summary: 'Verify a plan',
    description: 'Checks a plan against its window: which rules it breaks, and how far from the optimum it is.',
    body: schemas.Verification,
    reply: schemas.Assessment,
    says: 'What the plan is worth.',
  });
  post('/v1/quotes', {
    operationId: 'quote',
    summary: 'Quote a task',
    description:
      'Where a task that is not in the window would fit beside what is placed now, and what placing it would add. Nothing is placed.',
    body: schemas.QuoteRequest,
    reply: schemas.Quote,
    says: 'Where it fits, cheapest first, and why not elsewhere.',
  });
  post('/v1/frontiers', {
    operationId: 'frontier',
    summary: 'What disruption buys',
    description:
      'The least objective for 0, 1, 2, … moves of running copies, each with a bound; all of them within the deadline of the window.',
    body: schemas.FrontierRequest,
    reply: schemas.Frontier,
    says: 'A point for each number of moves.',
  });
}
