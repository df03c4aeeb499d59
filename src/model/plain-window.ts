import {
  isReserved,
  isTime,
  LARGEST,
  LEAST_POSITIVE,
  LONGEST_NAME,
  MOST_COPIES,
  MOST_NODES,
  MOST_TASKS,
  nodeSchema,
  taskSchema,
  type Window,
  windowSchema,
} from './window.ts';

/** Whether a value is beyond doubt what the schema expects. */
type Check = (value: unknown) => boolean;

const between =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most;
const wholeBetween =
  (least: number, most: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
const isBoolean: Check = (value) => typeof value === 'boolean';
const isName: Check = (value) =>
  typeof value === 'string' && value.length > 0 && value.length <= LONGEST_NAME && !isReserved(value);
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const listOf =
  (entry: Check, most = Number.POSITIVE_INFINITY): Check =>
  (value) => {
    if (!Array.isArray(value) || value.length > most) return false;
    for (let at = 0; at < value.length; at++) if (!entry(value[at])) return false; // holes, too
    return true;
  };

/** A row of the matrix: a loop of its own, since cells come by the million. */
const isRow: Check = (row) => {
  if (!Array.isArray(row)) return false;
  for (let j = 0; j < row.length; j++) if (!isTime(row[j])) return false;
  return true;
};

const isPlain = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;

/** An object of any names, each value of one sort. */
const record =
  (entry: Check): Check =>
  (value) => {
    if (!isPlain(value)) return false;
    for (const name in value) if (!isName(name) || !entry(value[name])) return false;
    return true;
  };

/** An object of these fields, some required, and no others. */
function fields(checks: Readonly<Record<string, Check>>, ...required: readonly string[]): Check {
  const known = new Map(Object.entries(checks));
  return (value) => {
    if (!isPlain(value)) return false;
    for (const name in value) if (!known.get(name)?.(value[name])) return false;
    return required.every((name) => Object.hasOwn(value, name));
  };
}

const atLeastZero = between(0, LARGEST);
const positive = between(LEAST_POSITIVE, LARGEST);
const amounts = record((value) => value === 0 || positive(value));
const labelValue: Check = (value) =>
  typeof value === 'string' ? value.length <= LONGEST_NAME : isBoolean(value) || Number.isFinite(value);
const labelValues: Check = (value) => labelValue(value) || listOf(labelValue)(value);
const finite = between(-LARGEST, LARGEST);
const operators = fields({ not: labelValues, exists: isBoolean, min: finite, max: finite });
const labelRules = record((value) => labelValues(value) || operators(value));

const task = fields(
  {
    id: isName,
    demand: amounts,
    duration: positive,
    remaining: positive,
    count: wholeBetween(1, MOST_COPIES),
    weight: atLeastZero,
    priority: Number.isSafeInteger,
    on: record(fields({ duration: positive, demand: amounts })),
    requires: labelRules,
    tolerates: listOf(isName),
    current: isName,
    pinned: isBoolean,
    preemptible: isBoolean,
    moveCost: atLeastZero,
    prefers: listOf(fields({ labels: labelRules, cost: atLeastZero }, 'labels', 'cost')),
    group: isName,
  },
  'id',
  'demand',
);

const node = fields(
  {
    id: isName,
    kind: isName,
    count: wholeBetween(1, MOST_NODES),
    capacity: amounts,
    used: record(atLeastZero),
    speed: positive,
    price: atLeastZero,
    labels: record(labelValue),
    taints: listOf(isName),
    drain: isBoolean,
    openCost: atLeastZero,
    open: isBoolean,
  },
  'id',
  'capacity',
);

const window = fields(
  {
    name: (value) => value === null || (typeof value === 'string' && value.length <= LONGEST_NAME),
    tasks: listOf(task, MOST_TASKS),
    nodes: listOf(node, MOST_NODES),
    times: listOf(isRow),
    mode: oneOf('integral', 'divisible'),
    objective: oneOf('resource-time', 'time', 'price'),
    resourceWeights: record(atLeastZero),
    unplaced: oneOf('allow', 'forbid'),
    deadlineMs: wholeBetween(1, 3_600_000),
    work: (value) => value === null || wholeBetween(1, LARGEST)(value),
    gap: between(0, 1),
    engine: oneOf('auto', 'glpk', 'highs', 'jslp'),
    seed: wholeBetween(0, 0xffff_ffff),
    compare: isBoolean,
    explain: isBoolean,
    maxMoves: wholeBetween(0, Number.MAX_SAFE_INTEGER),
  },
  'tasks',
  'nodes',
);

const TASK = taskSchema.parse({ id: 'task', demand: {} });
const NODE = nodeSchema.parse({ id: 'node', capacity: {} });
const WINDOW = windowSchema.parse({ tasks: [], nodes: [] });

/**
 * The window of a request that is right beyond doubt, its defaults filled in, found in plain loops: several times faster than
 * by the schema. Null where the schema has to judge: what is wrong, and fields that are rare. Shares what it can with the
 * request.
 */
export function plainWindow(raw: unknown): Window | null {
  if (!window(raw)) return null;
  const { tasks, nodes, ...options } = raw as Window;
  return {
    ...WINDOW,
    ...options,
    groups: {},
    tasks: tasks.map((entry) => Object.assign({ ...TASK, tolerates: [], prefers: [] }, entry)),
    nodes: nodes.map((entry) => Object.assign({ ...NODE, used: {}, labels: {}, taints: [] }, entry)),
  };
}
