import { closest, type Fault, type FaultCode, MOST_FAULTS, pointer, shown } from './faults.ts';
import { MOST_NODES } from './window.ts';

type Raw = Record<string, unknown>;
const isObject = (value: unknown): value is Raw => value !== null && typeof value === 'object' && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const objectsOf = (value: unknown): [string, Raw][] =>
  isObject(value) ? Object.entries(value).filter((entry): entry is [string, Raw] => isObject(entry[1])) : [];
const countOf = (entry: unknown): number =>
  isObject(entry) && Number.isInteger(entry.count) && Number(entry.count) >= 1 ? Number(entry.count) : 1;

/**
 * What a window's parts say of each other: ids that must differ, references that must hit, shapes that must match.
 * Works on the raw body, on whatever part of it makes sense, so that these faults are reported beside the schema's.
 */
export function referenceFaults(raw: unknown): Fault[] {
  if (!isObject(raw)) return [];
  const { faults, fault } = collector();
  const tasks = listOf(raw.tasks);
  const nodes = listOf(raw.nodes);
  const groups = new Map(objectsOf(raw.groups));
  const copies = nodes.reduce<number>((sum, node) => sum + countOf(node), 0);

  duplicates(tasks, 'tasks', fault);
  nodeCollisions(nodes, fault);
  if (copies > MOST_NODES)
    fault('too_many', ['nodes'], `at most ${MOST_NODES} nodes, copies unfolded`, copies, 'Maybe split the window.');

  tasks.forEach((task, i) => {
    if (!isObject(task)) return;
    if (task.pinned === true && task.current === undefined)
      fault(
        'pinned_without_current',
        ['tasks', i, 'pinned'],
        '`current` beside `pinned`',
        undefined,
        'Maybe add the node it runs on as `current`.',
      );
    if (typeof task.group === 'string' && !groups.has(task.group)) {
      const near = closest(task.group, groups.keys());
      fault(
        'unknown_group',
        ['tasks', i, 'group'],
        'the name of an entry of `groups`',
        task.group,
        near ? `Maybe "${near}".` : 'Maybe add it to `groups`.',
      );
    }
    nodeRuleFaults(task, i, fault);
  });
  nodes.forEach((node, j) => {
    if (!isObject(node) || !isObject(node.labels)) return;
    for (const label of ['node', 'kind'])
      if (Object.hasOwn(node.labels, label))
        fault(
          'reserved_name',
          ['nodes', j, 'labels', label],
          'another label: `node` and `kind` are always there',
          label,
          `Maybe set the node's ${label === 'node' ? 'id' : 'kind'} instead.`,
        );
  });
  groupFaults(groups, tasks, raw.mode === 'divisible', fault);
  shapeFaults(raw.times, tasks.length, copies, fault);
  return faults;
}

type Report = (
  code: FaultCode,
  at: readonly (string | number)[],
  expected: string,
  found: unknown,
  hint: string,
) => void;

/** A list of faults, not too long, and how to add to it. */
function collector(): { faults: Fault[]; fault: Report } {
  const faults: Fault[] = [];
  const fault: Report = (code, at, expected, found, hint) => {
    if (faults.length <= 10 * MOST_FAULTS)
      faults.push({ code, pointer: pointer(...at), expected, found: shown(found), hint });
  };
  return { faults, fault };
}

/** JSON.parse makes `__proto__` an own property that most code, schemas included, passes over in silence. */
export function protoFaults(raw: unknown): Fault[] {
  if (!isObject(raw)) return [];
  const { faults, fault } = collector();
  const tasks = listOf(raw.tasks);
  const nodes = listOf(raw.nodes);
  const check = (value: unknown, ...at: (string | number)[]) => {
    if (isObject(value) && Object.hasOwn(value, '__proto__'))
      fault(
        'reserved_name',
        [...at, '__proto__'],
        'a name that JavaScript objects do not carry by themselves',
        '__proto__',
        'Maybe choose another name.',
      );
  };
  check(raw);
  for (const field of ['groups', 'resourceWeights']) check(raw[field], field);
  tasks.forEach((task, i) => {
    if (!isObject(task)) return;
    check(task, 'tasks', i);
    for (const field of ['demand', 'on', 'requires']) check(task[field], 'tasks', i, field);
    for (const [place, override] of objectsOf(task.on)) check(override.demand, 'tasks', i, 'on', place, 'demand');
    listOf(task.prefers).forEach((preference, p) => {
      if (isObject(preference)) check(preference.labels, 'tasks', i, 'prefers', p, 'labels');
    });
  });
  nodes.forEach((node, j) => {
    if (!isObject(node)) return;
    check(node, 'nodes', j);
    for (const field of ['capacity', 'used', 'labels']) check(node[field], 'nodes', j, field);
  });
  return faults;
}

function duplicates(entries: unknown[], list: string, fault: Report): void {
  const first = new Map<string, number>();
  entries.forEach((entry, i) => {
    if (!isObject(entry) || typeof entry.id !== 'string') return;
    const before = first.get(entry.id);
    if (before === undefined) first.set(entry.id, i);
    else
      fault(
        'duplicate_id',
        [list, i, 'id'],
        `an id not used before (see /${list}/${before})`,
        entry.id,
        'Maybe use `count` for identical copies.',
      );
  });
}

/** Entry ids must differ, and none may be the name of another entry's copy (`n1#0` beside `n1` with count 2). */
function nodeCollisions(nodes: unknown[], fault: Report): void {
  duplicates(nodes, 'nodes', fault);
  const entries = new Map(
    nodes.flatMap((node) => (isObject(node) && typeof node.id === 'string' ? [[node.id, countOf(node)] as const] : [])),
  );
  nodes.forEach((node, j) => {
    if (!isObject(node) || typeof node.id !== 'string') return;
    const copy = /^(.*)#(0|[1-9]\d*)$/s.exec(node.id);
    const count = copy ? (entries.get(copy[1]!) ?? 1) : 1;
    if (copy && count > 1 && Number(copy[2]) < count)
      fault(
        'duplicate_id',
        ['nodes', j, 'id'],
        `an id that is not a copy of "${copy[1]}"`,
        node.id,
        'Maybe rename one of the two.',
      );
  });
}

/** `node` is always there and is text, so of the operators only `not` says anything about it. */
function nodeRuleFaults(task: Raw, i: number, fault: Report): void {
  const rules: [unknown, (string | number)[]][] = [[task.requires, ['tasks', i, 'requires']]];
  listOf(task.prefers).forEach((preference, p) => {
    if (isObject(preference)) rules.push([preference.labels, ['tasks', i, 'prefers', p, 'labels']]);
  });
  for (const [labels, at] of rules) {
    const rule = isObject(labels) ? labels.node : undefined;
    if (!isObject(rule)) continue;
    for (const operator of ['exists', 'min', 'max']) {
      if (Object.hasOwn(rule, operator) && rule[operator] !== true)
        fault(
          'unknown_value',
          [...at, 'node', operator],
          'ids, a list of ids, or { not }',
          rule[operator],
          'Maybe { "not": [...] }.',
        );
    }
  }
}

function groupFaults(groups: ReadonlyMap<string, Raw>, tasks: unknown[], divisible: boolean, fault: Report): void {
  const size = new Map<string, number>();
  for (const task of tasks)
    if (isObject(task) && typeof task.group === 'string')
      size.set(task.group, (size.get(task.group) ?? 0) + countOf(task));
  for (const [name, group] of groups) {
    const at = ['groups', name];
    listOf(group.apartFrom).forEach((other, k) => {
      if (other === name)
        fault('group_apart_from_itself', [...at, 'apartFrom', k], 'another group', other, 'Maybe use `maxPerNode: 1`.');
      else if (typeof other === 'string' && !groups.has(other))
        fault(
          'unknown_group',
          [...at, 'apartFrom', k],
          'the name of an entry of `groups`',
          other,
          `Maybe "${closest(other, groups.keys()) ?? name}".`,
        );
    });
    if (typeof group.gang === 'number' && group.gang > (size.get(name) ?? 0))
      fault(
        'gang_too_large',
        [...at, 'gang'],
        `at most the group's ${size.get(name) ?? 0} copies`,
        group.gang,
        'Maybe `true`, for all of them.',
      );
    if (divisible)
      for (const rule of ['spread', 'together', 'apartFrom', 'gang'])
        if (group[rule] !== undefined)
          fault(
            'group_rule_not_divisible',
            [...at, rule],
            'maxPerNode or maxPer in a divisible window',
            group[rule],
            'Maybe the mode should be "integral".',
          );
  }
}

function shapeFaults(times: unknown, tasks: number, copies: number, fault: Report): void {
  if (!Array.isArray(times)) return;
  if (times.length !== tasks)
    fault(
      'wrong_shape',
      ['times'],
      `${tasks} rows, one for each task entry`,
      times,
      'Maybe rows and columns are exchanged.',
    );
  times.forEach((row, i) => {
    if (Array.isArray(row) && row.length !== copies)
      fault(
        'wrong_shape',
        ['times', i],
        `${copies} columns, one for each node, copies unfolded`,
        row,
        'Maybe a node with `count` was given one column.',
      );
  });
}
