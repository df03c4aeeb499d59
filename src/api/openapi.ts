import { OpenAPIHono, z } from '@hono/zod-openapi';
import { answerSchema, heuristicResultSchema } from '../model/answer.ts';
import { FAULT_CODES, type FaultCode } from '../model/faults.ts';
import { frontierBodySchema } from '../model/frontier-body.ts';
import { quoteBodySchema } from '../model/quote-body.ts';
import { windowSchema } from '../model/window.ts';
import { VERSION } from '../version.ts';
import { exampleNames } from './examples.ts';
import { verificationSchema } from './operations.ts';
import { PROBLEMS, type ProblemCode } from './problem.ts';

const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
  faults: z.array(
    z.object({
      code: z.enum(Object.keys(FAULT_CODES) as [FaultCode, ...FaultCode[]]),
      pointer: z.string(),
      expected: z.string(),
      found: z.string(),
      hint: z.string(),
    }),
  ),
  faultsLeftOut: z.number(),
});

const found = answerSchema.shape;
const outcome = {
  status: found.status,
  stop: found.stop,
  method: found.method,
  objective: found.objective,
  bound: found.bound,
  gap: found.gap,
  unplacedBounds: found.unplacedBounds,
  unplaced: z.number(),
};
const comparisonSchema = z.object({
  optimum: z.object({ ...outcome, timings: found.timings }),
  heuristics: z.array(heuristicResultSchema),
});
const assessmentSchema = z.object({
  feasible: z.boolean(),
  breaches: z.array(
    z.object({
      code: z.string(),
      task: z.string().optional(),
      node: z.string().optional(),
      resource: z.string().optional(),
      detail: z.string(),
    }),
  ),
  objective: z.number(),
  unplaced: z.array(z.object({ tier: z.string(), copies: z.number() })),
  moves: z.number(),
  best: z.object(outcome),
  regret: z.number().nullable(),
  gap: z.number().nullable(),
});

const quoteSchema = z.object({
  task: z.string(),
  nodes: z
    .array(
      z.object({
        node: z.string(),
        cost: z.number().meta({ description: 'What the first copy adds to the objective, `opening` included.' }),
        opening: z.number().meta({ description: 'Of that, what opening the node adds.' }),
        time: z.number().meta({ description: 'Seconds of one copy.' }),
        copies: z
          .number()
          .meta({ description: 'Copies of the task that find room here; each but the first adds cost − opening.' }),
      }),
    )
    .meta({ description: 'Nodes with room for the task beside the plan, cheapest first.' }),
  reasons: found.unplaced.element.shape.reasons.meta({ description: 'Why it does not fit on the others.' }),
});
const frontierSchema = z.object({
  points: z
    .array(
      z.object({
        moves: z.number().nullable().meta({ description: 'Most moves allowed; null: as many as the window allows.' }),
        made: z.number().nullable().meta({ description: 'Moves of the assignment found.' }),
        status: found.status,
        objective: found.objective,
        bound: found.bound,
        gap: found.gap,
        unplaced: z.array(z.object({ tier: z.string(), copies: z.number() })),
        unplacedBounds: found.unplacedBounds,
      }),
    )
    .meta({ description: 'Fewest moves first; none is worse than the one before.' }),
  timings: z.object({ total: z.number() }).meta({ description: 'Milliseconds.' }),
});

const json = (schema: z.ZodType, description: string) => ({ description, content: { 'application/json': { schema } } });
const failed = (code: ProblemCode) => ({
  description: PROBLEMS[code].title,
  content: { 'application/problem+json': { schema: problemSchema } },
});
const refusals = {
  400: failed('malformed_json'),
  413: failed('too_large'),
  415: failed('unsupported_media_type'),
  422: failed('invalid_window'),
  500: failed('internal'),
};

let document: object | undefined;

/** The OpenAPI 3.1 description of the service, made from the schemas that validate. Built once. */
export function openApiDocument(): object {
  document ??= describe();
  return document;
}

function describe(): object {
  const hono = new OpenAPIHono();
  const registry = hono.openAPIRegistry;
  const window = registry.register('Window', windowSchema);
  const answer = registry.register('Answer', answerSchema);
  const comparison = registry.register('Comparison', comparisonSchema);
  const assessment = registry.register('Assessment', assessmentSchema);
  const verification = registry.register('Verification', verificationSchema);
  const quoteBody = registry.register('QuoteRequest', quoteBodySchema);
  const quote = registry.register('Quote', quoteSchema);
  const frontierBody = registry.register('FrontierRequest', frontierBodySchema);
  const frontier = registry.register('Frontier', frontierSchema);
  registry.register('Problem', problemSchema);
  const post = (
    operation: string,
    summary: string,
    description: string,
    body: z.ZodType,
    reply: z.ZodType,
    says: string,
  ) =>
    registry.registerPath({
      method: 'post',
      path: `/v1/${operation}`,
      summary,
      description,
      request: { body: { required: true, content: { 'application/json': { schema: body } } } },
      responses: { 200: json(reply, says), ...refusals },
    });
  const get = (path: string, summary: string, reply: z.ZodType, says: string) =>
    registry.registerPath({ method: 'get', path, summary, responses: { 200: json(reply, says) } });
  post(
    'placements',
    'Place a window',
    'Takes a scheduling window and returns the best assignment that its deadline allows, with a bound, a gap and the prices that prove it.',
    window,
    answer,
    'The answer; also where a window that forbids unplaced tasks is infeasible or open.',
  );
  post(
    'comparisons',
    'Compare heuristics with the optimum',
    "Solves a window and tells every heuristic's objective, unplaced copies, regret and time beside it.",
    window,
    comparison,
    'Every heuristic beside the optimum.',
  );
  post(
    'verifications',
    'Verify a plan',
    'Checks a plan against its window: which rules it breaks, and how far from the optimum it is.',
    verification,
    assessment,
    'What the plan is worth.',
  );
  post(
    'quotes',
    'Quote a task',
    'Where a task that is not in the window would fit beside what is placed now, and what placing it would add. Nothing is placed.',
    quoteBody,
    quote,
    'Where it fits, cheapest first, and why not elsewhere.',
  );
  post(
    'frontiers',
    'What disruption buys',
    'The least objective for 0, 1, 2, … moves of running copies, each with a bound; all of them within the deadline of the window.',
    frontierBody,
    frontier,
    'A point for each number of moves.',
  );
  get(
    '/v1/heuristics',
    'The heuristics',
    z.array(z.object({ name: z.string(), summary: z.string(), source: z.string().nullable() })),
    'Name, rule and source of each.',
  );
  get(
    '/v1/engines',
    'The engines',
    z.array(z.object({ name: z.string(), version: z.string(), license: z.string(), summary: z.string() })),
    'What `engine` may name, beside "auto".',
  );
  get('/v1/examples', 'The example windows', z.array(z.string()), 'Their names.');
  registry.registerPath({
    method: 'get',
    path: '/v1/examples/{name}',
    summary: 'An example window, ready to POST',
    request: { params: z.object({ name: z.enum(exampleNames() as [string, ...string[]]) }) },
    responses: { 200: json(window, 'A window.'), 404: failed('not_found') },
  });
  get('/healthz', 'Whether the service is up', z.object({ status: z.literal('ok'), version: z.string() }), 'It is.');
  return hono.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Placewright',
      version: VERSION,
      license: { name: 'MIT' },
      description:
        'Which task runs on which node? Optimal assignments of scheduling windows, with a bound and prices to prove it.',
    },
  });
}
