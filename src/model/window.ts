import { z } from 'zod';

/** Numbers outside these limits are refused: beyond them sums of products lose the digits that proofs need. */
export const LEAST_POSITIVE = 1e-9;
export const LARGEST = 1e15;
/** Longest id or name, in characters. */
export const LONGEST_NAME = 256;
/** Most node copies after unfolding, and most task entries. */
export const MOST_NODES = 200_000;
export const MOST_TASKS = 1_000_000;
/** Most copies of one task entry. */
export const MOST_COPIES = 1_000_000_000;

/** True for names that JavaScript objects carry by themselves: `__proto__`, `constructor`, `toString`, … */
export const isReserved = (name: string): boolean => name in Object.prototype;

const described = <T extends z.ZodType>(schema: T, description: string): T => schema.meta({ description }) as T;

const text = z.string().min(1).max(LONGEST_NAME);
const name = text.refine((value) => !isReserved(value), {
  error: 'a name that JavaScript objects do not carry by themselves',
  params: { fault: 'reserved_name' },
});
const whole = z.number().int();
const atLeastZero = z.number().min(0).max(LARGEST);
/** An amount of a resource: 0, or between LEAST_POSITIVE and LARGEST, in the caller's units. */
const amount = atLeastZero.refine((value) => value <= 0 || value >= LEAST_POSITIVE, {
  error: `0 or at least ${LEAST_POSITIVE}`,
  params: { fault: 'out_of_range' },
});
const positive = z.number().min(LEAST_POSITIVE).max(LARGEST);
const finite = z.number().min(-LARGEST).max(LARGEST);
const amounts = z.record(name, amount);

const labelValue = z.union([z.string().max(LONGEST_NAME), z.number(), z.boolean()]);
const labelValues = z.union([labelValue, z.array(labelValue)]);
const labelRule = z.union([
  labelValue,
  z.array(labelValue),
  z.strictObject({
    not: labelValues.optional(),
    exists: z.boolean().optional(),
    min: finite.optional(),
    max: finite.optional(),
  }),
]);
const labelRules = z.record(name, labelRule);

const override = z.strictObject({
  duration: described(positive, 'Exact seconds there, instead of duration / speed.').optional(),
  demand: described(amounts, 'Demand there, resource by resource; resources not named keep their demand.').optional(),
});

const preference = z.strictObject({ labels: labelRules, cost: atLeastZero });

export const taskSchema = z.strictObject({
  id: described(name, 'Unique among the tasks.'),
  demand: described(amounts, 'What one copy takes of each resource while it runs, ≥ 0, in the units of `capacity`.'),
  duration: described(positive, 'Seconds on a node of speed 1. Default: `remaining`, else 1.').optional(),
  remaining: described(
    positive,
    'Seconds of `duration` still to do: every time scales by remaining / duration.',
  ).optional(),
  count: described(whole.min(1).max(MOST_COPIES), 'Identical copies.').default(1),
  weight: described(atLeastZero, 'Factor on the cost of this task, ≥ 0.').default(1),
  priority: described(whole, 'Any whole number; a higher one is placed first when not everything fits.').default(0),
  on: described(
    z.record(name, override),
    'Other duration or demand on nodes of this kind, entry or copy; the most specific wins, field by field.',
  ).optional(),
  requires: described(
    labelRules,
    'Label rules that must all hold: a value, a list of values, or { not, exists, min, max }.',
  ).optional(),
  tolerates: described(z.array(name), 'Taints this task accepts.').default(() => []),
  prefers: described(z.array(preference), 'Cost added where the labels do not match.').default(() => []),
  current: described(name, 'Node (copy) on which all copies of this entry run now.').optional(),
  moveCost: described(atLeastZero, 'Cost of running on another node than `current`.').default(0),
  pinned: described(z.boolean(), 'Only `current` will do.').default(false),
  preemptible: described(z.boolean(), 'A running task that may be stopped for one of higher priority.').default(false),
  group: described(name, 'Name of an entry of `groups`.').optional(),
});

export const nodeSchema = z.strictObject({
  id: described(name, 'Unique among the nodes, copies unfolded.'),
  kind: described(name, 'Machine type: what `on` may name.').optional(),
  count: described(whole.min(1).max(MOST_NODES), 'Identical nodes, named id#0, id#1, … when more than one.').default(1),
  capacity: described(amounts, 'Amount of each resource; one that is not named is 0.'),
  used: described(
    z.record(name, atLeastZero),
    'Taken by things outside this window, not by its running tasks.',
  ).default(() => ({})),
  speed: described(positive, 'Execution time is duration / speed.').default(1),
  price: described(atLeastZero, 'Money per second, for the objective "price".').default(1),
  openCost: described(atLeastZero, 'Cost of using this node at all.').default(0),
  open: described(z.boolean(), 'Stays on whatever happens: its openCost is not counted.').default(false),
  labels: described(
    z.record(name, labelValue),
    'What `requires` and `prefers` speak of; `node` and `kind` are always there.',
  ).default(() => ({})),
  taints: described(z.array(name), 'Only tasks that tolerate all of them may run here.').default(() => []),
  drain: described(z.boolean(), 'Takes nothing and keeps only pinned tasks.').default(false),
});

const groupSchema = z.strictObject({
  maxPerNode: whole.min(1).optional(),
  maxPer: z.array(z.strictObject({ label: name, count: whole.min(0) })).optional(),
  spread: z.strictObject({ label: name, maxSkew: whole.min(1).default(1) }).optional(),
  together: name.optional(),
  apartFrom: z.array(name).optional(),
  gang: z.union([z.boolean(), whole.min(1)]).optional(),
});

/** Faults of the matrix that are told one by one: they come by the million. */
const MOST_TIME_FAULTS = 1000;
/** One cell of `times`: seconds, or null where the task may not run. */
export const isTime = (cell: unknown): boolean =>
  cell === null || (typeof cell === 'number' && cell >= 0 && cell <= LARGEST);

/** The matrix is checked in one plain loop: a schema per cell would take seconds on ten million of them. */
const times = z
  .custom<(number | null)[][]>()
  .superRefine((rows, context) => {
    let faults = 0;
    const fault = (message: string, input: unknown, ...path: number[]) => {
      faults++;
      context.addIssue({ code: 'custom', message, input, path, params: { fault: 'wrong_type' } });
    };
    if (!Array.isArray(rows)) fault('a list of rows, one for each task entry', rows);
    else
      for (const [i, row] of rows.entries()) {
        if (!Array.isArray(row)) fault('a list of seconds, one for each node copy', row, i);
        else
          for (let j = 0; j < row.length && faults < MOST_TIME_FAULTS; j++)
            if (!isTime(row[j]))
              fault(`seconds from 0 to ${LARGEST}, or null where the task may not run`, row[j], i, j);
      }
  })
  .meta({
    description:
      'Seconds, task entries × nodes (copies unfolded); null = may not run there. Wins over duration, remaining and on.',
    type: 'array',
    items: { type: 'array', items: { type: ['number', 'null'], minimum: 0 } },
  });

/** The scheduling window, as a client sends it: types, validation and the OpenAPI document all come from here. */
export const windowSchema = z
  .strictObject({
    name: described(z.string().max(LONGEST_NAME).nullable(), 'Echoed in the answer.').default(null),
    tasks: described(z.array(taskSchema).max(MOST_TASKS), 'What is to be placed.'),
    nodes: described(z.array(nodeSchema).max(MOST_NODES), 'What it may be placed on.'),
    groups: described(z.record(name, groupSchema), 'Rules for tasks that belong together.').default(() => ({})),
    times: times.optional(),
    mode: described(z.enum(['integral', 'divisible']), 'Whole copies, or fractions of them.').default('integral'),
    objective: described(z.enum(['resource-time', 'time', 'price']), 'What one copy costs; see docs/api.md.').default(
      'resource-time',
    ),
    resourceWeights: described(
      z.record(name, atLeastZero),
      'Weights of the resources in "resource-time"; one that is not named counts 0.',
    ).optional(),
    unplaced: described(z.enum(['allow', 'forbid']), 'Whether copies may stay unplaced.').default('allow'),
    maxMoves: described(whole.min(0), 'Most running copies that may change node.').optional(),
    deadlineMs: described(
      whole.min(1).max(3_600_000),
      'Milliseconds from the last byte of the request to the last byte of the answer.',
    ).default(1000),
    work: described(
      whole.min(1).max(LARGEST).nullable(),
      'Instead of the clock, a number of deterministic steps: same request, same answer.',
    ).default(null),
    gap: described(z.number().min(0).max(1), 'Stop early at this relative gap.').default(0),
    engine: described(z.enum(['auto', 'glpk', 'highs', 'jslp']), 'The solver to use; "auto" chooses by size.').default(
      'auto',
    ),
    seed: described(whole.min(0).max(0xffff_ffff), 'Seed of everything random.').default(1),
    compare: described(z.boolean(), "List every heuristic's result beside the optimum.").default(false),
    explain: described(z.boolean(), 'Tell what would let unplaced copies in.').default(false),
  })
  .meta({ description: 'A scheduling window: a batch of tasks and the nodes they may run on.' });

/** A window with every default filled in. */
export type Window = z.output<typeof windowSchema>;
/** A window as a client may write it, defaults left out. */
export type WindowInput = z.input<typeof windowSchema>;
export type Task = z.output<typeof taskSchema>;
export type WindowNode = z.output<typeof nodeSchema>;
export type LabelRule = z.output<typeof labelRule>;
export type LabelRules = Record<string, LabelRule>;
