import { z } from 'zod';
import { answerSchema, heuristicResultSchema } from './answer.ts';

/** What the service replies beside answers: OpenAPI and the types of the client come from here. */

const found = answerSchema.shape;
const number = z.number();
const tierCopies = z.array(z.object({ tier: z.string(), copies: number }));
const outcome = {
  status: found.status,
  stop: found.stop,
  method: found.method,
  objective: found.objective,
  bound: found.bound,
  gap: found.gap,
  unplacedBounds: found.unplacedBounds,
  unplaced: number.meta({ description: 'Copies left unplaced.' }),
};

/** Of POST /v1/comparisons. */
export const comparisonSchema = z.object({
  optimum: z.object({ ...outcome, timings: found.timings }),
  heuristics: z.array(heuristicResultSchema),
});

/** Of POST /v1/verifications. */
export const assessmentSchema = z.object({
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
  objective: number,
  unplaced: tierCopies,
  moves: number,
  best: z.object(outcome),
  regret: number.nullable(),
  gap: number.nullable(),
});

/** Of POST /v1/quotes. */
export const quoteSchema = z.object({
  task: z.string(),
  nodes: z
    .array(
      z.object({
        node: z.string(),
        cost: number.meta({ description: 'What the first copy adds to the objective, `opening` included.' }),
        opening: number.meta({ description: 'Of that, what opening the node adds.' }),
        time: number.meta({ description: 'Seconds of one copy.' }),
        copies: number.meta({
          description: 'Copies of the task that find room here; each but the first adds cost − opening.',
        }),
      }),
    )
    .meta({ description: 'Nodes with room for the task beside the plan, cheapest first.' }),
  reasons: found.unplaced.element.shape.reasons.meta({ description: 'Why it does not fit on the others.' }),
});

/** Of POST /v1/frontiers. */
export const frontierSchema = z.object({
  points: z
    .array(
      z.object({
        moves: number.nullable().meta({ description: 'Most moves allowed; null: as many as the window allows.' }),
        made: number.nullable().meta({ description: 'Moves of the assignment found.' }),
        status: found.status,
        objective: found.objective,
        bound: found.bound,
        gap: found.gap,
        unplaced: tierCopies,
        unplacedBounds: found.unplacedBounds,
      }),
    )
    .meta({ description: 'Fewest moves first; none is worse than the one before.' }),
  timings: z.object({ total: number }).meta({ description: 'Milliseconds.' }),
});

/** Of GET /v1/heuristics. */
export const heuristicsSchema = z.array(
  z.object({ name: z.string(), summary: z.string(), source: z.string().nullable() }),
);

/** Of GET /v1/engines. */
export const enginesSchema = z.array(
  z.object({ name: z.string(), label: z.string(), version: z.string(), license: z.string(), summary: z.string() }),
);

export type ComparisonReply = z.output<typeof comparisonSchema>;
export type AssessmentReply = z.output<typeof assessmentSchema>;
export type QuoteReply = z.output<typeof quoteSchema>;
export type FrontierReply = z.output<typeof frontierSchema>;
export type HeuristicLine = z.output<typeof heuristicsSchema>[number];
export type EngineLine = z.output<typeof enginesSchema>[number];
