import { z } from 'zod';

const number = z.number();
const amounts = z.record(z.string(), number);
const reason = z
  .object({
    code: z.enum(['too-big', 'full', 'requires', 'taint', 'drained', 'pinned', 'times']),
    resource: z.string().optional(),
    label: z.string().optional(),
    nodes: number.meta({ description: 'Node copies of which it is true.' }),
    example: z.object({ node: z.string(), required: number.optional(), available: number.optional() }).optional(),
  })
  .meta({
    description:
      'Why copies found no place: `too-big` on the empty node, `full` beside this answer, or the rule that keeps the task away.',
  });

/** How one heuristic did on a window. */
export const heuristicResultSchema = z.object({
  name: z.string(),
  objective: number.meta({ description: 'Cost of what it placed.' }),
  unplaced: number.meta({ description: 'Copies it left unplaced.' }),
  regret: number
    .nullable()
    .meta({ description: '(its objective − best) / best; null unless it leaves the same counts unplaced per tier.' }),
  ms: number.meta({ description: 'Milliseconds it took.' }),
});

const placedSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  status: z.enum(['optimal', 'feasible', 'infeasible', 'unknown']).meta({ description: 'What is true of the window.' }),
  stop: z
    .enum(['proved', 'gap', 'deadline', 'work', 'cancelled', 'failed'])
    .meta({ description: 'Why the search stopped.' }),
  method: z.string().meta({
    description: 'Who made the assignment: lp:ENGINE, ilp:ENGINE, branch-and-bound, search, heuristic:NAME or none.',
  }),
  fallback: z.object({ heuristic: z.string(), because: z.enum(['deadline', 'failed']) }).nullable(),
  objective: number.nullable(),
  bound: number.nullable().meta({ description: 'Proven lower limit of the objective at these unplaced counts.' }),
  gap: number.nullable().meta({ description: '(objective − bound) / |objective|; null when nothing is proven.' }),
  unplacedBounds: z
    .array(z.object({ tier: z.string(), copies: number.nullable() }))
    .meta({ description: 'Proven least per tier, given the tiers before it.' }),
  certificate: z
    .object({
      bound: number,
      nodePrices: z.array(z.object({ node: z.string(), prices: amounts })),
      unplacedPrices: z.array(z.object({ tier: z.string(), price: number })),
    })
    .nullable(),
  summary: z.object({
    tasks: number,
    copies: number,
    placed: number,
    unplaced: number,
    nodesUsed: number,
    moves: number,
    utilization: amounts,
  }),
  assignments: z.array(z.object({ task: z.string(), node: z.string(), copies: number, time: number, cost: number })),
  unplaced: z.array(z.object({ task: z.string(), copies: number, reasons: z.array(reason) })),
  nodes: z.array(z.object({ node: z.string(), used: amounts, free: amounts, utilization: amounts })),
  warnings: z.array(z.object({ code: z.string(), pointer: z.string(), detail: z.string() })),
  heuristics: z.array(heuristicResultSchema),
  timings: z
    .object({ total: number, model: number, heuristics: number, bound: number, solve: number })
    .meta({ description: 'Milliseconds.' }),
  solver: z.object({ version: z.string(), engine: z.string().nullable(), seed: number }),
});

/** The answer to a window, as it leaves. Every list is always there; `partial` only where the window forbids unplaced tasks and some are. */
export const answerSchema = placedSchema.extend({
  partial: placedSchema.optional().meta({ description: 'What `unplaced: "allow"` would have answered.' }),
});

export type Answer = z.output<typeof answerSchema>;
export type HeuristicResult = z.output<typeof heuristicResultSchema>;
export type Warning = Answer['warnings'][number];
