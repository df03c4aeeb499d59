import { z } from 'zod';

const number = z.number();
const amounts = z.record(z.string(), number);
const reason = z
  .object({
    code: z.enum([
      'too-big',
      'full',
      'requires',
      'taint',
      'drained',
      'pinned',
      'times',
      'label',
      'group:max-per-node',
      'group:max-per',
      'group:spread',
      'group:together',
      'group:apart-from',
      'group:gang',
      'moves',
      'outranked',
      'overlooked',
    ]),
    resource: z.string().optional(),
    label: z.string().optional().meta({ description: 'The label that the rule speaks of; of `taint`, the taint.' }),
    group: z.string().optional().meta({ description: 'Of `group:apart-from`: the group that is there.' }),
    nodes: number.meta({ description: 'Node copies of which it is true.' }),
    tiers: z
      .array(z.object({ tier: z.string(), copies: number }))
      .readonly()
      .optional()
      .meta({ description: 'Of `outranked`: copies of earlier tiers on those nodes.' }),
    example: z.object({ node: z.string(), required: number.optional(), available: number.optional() }).optional(),
  })
  .meta({
    description:
      'Why copies found no place: `too-big` on the empty node, `full` beside this answer, the rule that keeps the task away, the group rule or limit of moves that one more copy would break, `outranked` where one would fit without the copies of earlier tiers. Every node has at least one reason; `overlooked` is that of nodes where nothing but the end of the search kept it away.',
  });

const repair = z
  .object({
    kind: z.enum([
      'place',
      'move',
      'max-moves',
      'capacity',
      'tolerates',
      'requires',
      'group',
      'drain',
      'unpin',
      'preempt',
      'combined',
    ]),
    detail: z.string().meta({ description: 'The repair in words.' }),
    patch: z
      .array(z.object({ op: z.enum(['add', 'remove']), path: z.string(), value: z.unknown().optional() }))
      .meta({ description: 'What changes in the window, as a JSON patch (RFC 6902); may be empty.' }),
    changes: z
      .array(z.object({ task: z.string(), from: z.string().nullable(), to: z.string().nullable(), copies: number }))
      .meta({ description: 'What then changes in `assignments`, for a plan that keeps all rules; null: unplaced.' }),
    confirmed: z.boolean().meta({
      description:
        'Whether the window so changed was solved again, to proof, and its optimum places one more copy of this task. False: only that a plan exists.',
    }),
  })
  .meta({ description: 'A change that lets at least one more copy in, no tier before it the worse.' });

const conflict = z
  .object({
    kind: z.enum(['task', 'capacity', 'requires', 'taint', 'pinned', 'drain', 'group', 'max-moves']),
    task: z.string().optional(),
    node: z.string().optional().meta({ description: 'Of `capacity` and `drain`: the node entry.' }),
    group: z.string().optional(),
    rule: z.string().optional().meta({ description: 'Of `group`: the name of the rule.' }),
    label: z.string().optional().meta({ description: 'Of `requires`, and of the rule `maxPer`.' }),
    detail: z.string(),
  })
  .meta({ description: 'One of the things that can not all hold; without any of them the others can.' });

const shortage = z
  .object({
    resource: z.string(),
    short: number.meta({ description: 'demanded − free, > 0.' }),
    demanded: number.meta({ description: 'What tasks that may run on no other nodes take at least.' }),
    free: number.meta({ description: 'What these nodes have.' }),
    tasks: number.meta({ description: 'Number of those task entries.' }),
    nodes: z.array(z.string()).nullable().meta({ description: 'The nodes; null: all.' }),
  })
  .meta({ description: 'A resource of which there is too little even for fractions of tasks.' });

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

const moves = z.array(z.object({ task: z.string(), from: z.string(), to: z.string(), copies: number }));

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
  unplaced: z.array(
    z.object({
      task: z.string(),
      copies: number,
      reasons: z.array(reason),
      repairs: z
        .array(repair)
        .nullable()
        .optional()
        .meta({ description: 'With `explain`: what would let a copy in, cheapest first; null when time ran out.' }),
    }),
  ),
  nodes: z.array(z.object({ node: z.string(), used: amounts, free: amounts, utilization: amounts })),
  moves: moves.meta({
    description:
      'Running copies placed on another node of the window, in an order that overfills no node on the way: what stays unplaced is stopped before, new tasks begin after.',
  }),
  movesOrdered: z.boolean().meta({ description: 'Whether there is such an order; else `knots` tells what has none.' }),
  knots: z
    .array(
      z.object({
        nodes: z.array(z.string()),
        moves,
        proven: z.boolean().meta({ description: 'Whether it is proven that these moves have no order.' }),
        detour: moves.nullable().meta({ description: 'Moves in order that take their place, by way of a third node.' }),
      }),
    )
    .meta({ description: 'Moves that block one another.' }),
  nodesFreed: z
    .array(z.string())
    .meta({ description: 'Nodes that hold running tasks now and nothing once the moves are made.' }),
  worth: z
    .array(
      z.object({
        node: z.string(),
        resource: z.string(),
        perUnit: number.meta({ description: 'Cost that one more unit there saves, in the relaxation.' }),
        upTo: number.nullable().meta({ description: 'Units for which it is exactly that; null: it is that at most.' }),
      }),
    )
    .meta({ description: 'With `explain`: what capacity is worth, most first.' }),
  warnings: z.array(z.object({ code: z.string(), pointer: z.string(), detail: z.string() })),
  heuristics: z.array(heuristicResultSchema),
  timings: z
    .object({ total: number, model: number, heuristics: number, bound: number, solve: number })
    .meta({ description: 'Milliseconds.' }),
  solver: z.object({ version: z.string(), engine: z.string().nullable(), seed: number }),
});

/** The answer to a window, as it leaves. Every list is always there; what follows `solver` only where the window forbids unplaced tasks and some are. */
export const answerSchema = placedSchema.extend({
  partial: placedSchema.optional().meta({ description: 'What `unplaced: "allow"` would have answered.' }),
  conflicts: z
    .array(conflict)
    .nullable()
    .optional()
    .meta({ description: 'Of an infeasible window: an irreducible conflict; null when time ran out.' }),
  shortages: z
    .array(shortage)
    .optional()
    .meta({ description: 'Of an infeasible window: what can be shown by adding up, largest share first.' }),
});

export type Answer = z.output<typeof answerSchema>;
export type HeuristicResult = z.output<typeof heuristicResultSchema>;
export type Repair = z.output<typeof repair>;
export type Conflict = z.output<typeof conflict>;
export type Shortage = z.output<typeof shortage>;
export type Warning = Answer['warnings'][number];
