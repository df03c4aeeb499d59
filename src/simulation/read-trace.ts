import { type Fault, pointer, shown } from '../model/faults.ts';
import { type Parsed, readyWindow, refusalOf } from '../model/parse.ts';
import { LARGEST, type Window } from '../model/window.ts';

const FIELDS = {
  trace: ['name', 'tasks', 'nodes'],
  tasks: ['arrival', 'id', 'demand', 'duration', 'weight', 'priority', 'on', 'requires', 'tolerates'],
  nodes: ['id', 'kind', 'count', 'capacity', 'used', 'speed', 'price', 'labels', 'taints', 'drain'],
} as const;

/** A trace as it was read: tasks and nodes, and when each task arrives. */
export interface ReadTrace {
  readonly window: Window;
  readonly arrivals: readonly number[]; // seconds ≥ 0, by task
}

/**
 * Checks a trace: a window of nothing but `name`, `tasks` and `nodes`, whose tasks are single copies that may have an
 * `arrival` in seconds (default 0). What a simulation could not honour is refused, not ignored; every fault is told.
 */
export function readyTrace(raw: unknown): Parsed<ReadTrace> {
  const { tasks, ...rest } = isObject(raw) ? raw : { tasks: undefined };
  const list = Array.isArray(tasks) ? tasks : [];
  const plain = list.map((task) => {
    if (!isObject(task)) return task;
    const { arrival: _, ...fields } = task;
    return fields;
  });
  const ready = readyWindow(isObject(raw) ? { ...rest, tasks: Array.isArray(tasks) ? plain : tasks } : raw);
  const faults = [...(ready.ok ? [] : ready.refusal.faults), ...traceFaults(raw)].filter(
    (fault, at, all) => all.findIndex((each) => each.pointer === fault.pointer) === at,
  );
  if (ready.ok && faults.length === 0)
    return {
      ok: true,
      value: { window: ready.value, arrivals: list.map((task) => (task as { arrival?: number }).arrival ?? 0) },
    };
  return { ok: false, refusal: refusalOf(faults) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** What of a trace a window may have, but a simulation can not honour, and arrivals that are none. */
function traceFaults(raw: unknown): Fault[] {
  if (!isObject(raw)) return [];
  const faults = strangers(raw, FIELDS.trace, []);
  const entries = new Set<string>(); // node entries of several copies, whose copies a trace names one by one
  for (const [j, node] of listOf(raw.nodes).entries()) {
    faults.push(...strangers(node, FIELDS.nodes, ['nodes', j]));
    if (Number(node.count) > 1 && node.kind !== node.id) entries.add(String(node.id));
  }
  for (const [i, task] of listOf(raw.tasks).entries()) {
    faults.push(...strangers(task, FIELDS.tasks, ['tasks', i]));
    const { arrival = 0 } = task;
    if (!(typeof arrival === 'number' && arrival >= 0 && arrival <= LARGEST))
      faults.push({
        code: typeof arrival === 'number' ? 'out_of_range' : 'wrong_type',
        pointer: pointer('tasks', i, 'arrival'),
        expected: `seconds from 0 to ${LARGEST}`,
        found: shown(arrival),
        hint: 'Maybe count from the first arrival.',
      });
    for (const [place, override] of Object.entries(isObject(task.on) ? task.on : {})) {
      if (entries.has(place)) faults.push(entryFault(place, 'tasks', i, 'on', place));
      if (isObject(override)) faults.push(...strangers(override, ['duration'], ['tasks', i, 'on', place]));
    }
    const rule = isObject(task.requires) ? task.requires.node : undefined;
    for (const name of namesIn(rule))
      if (entries.has(name)) faults.push(entryFault(name, 'tasks', i, 'requires', 'node'));
  }
  return faults;
}

const listOf = (list: unknown): Record<string, unknown>[] =>
  Array.isArray(list) ? list.map((each) => (isObject(each) ? each : {})) : [];

/** Every value that a label rule names. */
const namesIn = (rule: unknown): string[] => {
  const values = isObject(rule) ? rule.not : rule;
  return (Array.isArray(values) ? values : [values]).map(String);
};

const strangers = (
  value: Record<string, unknown>,
  known: readonly string[],
  at: readonly (string | number)[],
): Fault[] =>
  Object.keys(value)
    .filter((field) => !known.includes(field))
    .map((field) => ({
      code: 'unknown_field',
      pointer: pointer(...at, field),
      expected: `a field that a trace may have: ${known.join(', ')}`,
      found: shown(field),
      hint: 'Maybe it is meant for a window, which `solve` takes.',
    }));

const entryFault = (name: string, ...at: (string | number)[]): Fault => ({
  code: 'unknown_value',
  pointer: pointer(...at),
  expected: 'a kind or a single node',
  found: shown(name),
  hint: `Maybe ${name}#0, or a \`kind\` for all of them.`,
});
