import type { Conflict } from '../../model/answer.ts';
import { demandedResources, hostileTaint } from '../../model/rules.ts';
import type { Task, Window, WindowNode } from '../../model/window.ts';

/** Something that a window asks for and could do without, and how it is done without. */
export interface Constraint {
  readonly told: Conflict;
  readonly drop: (window: Draft) => void;
}

/** A window that constraints are taken out of: its tasks, nodes and groups may be changed. */
interface Draft {
  tasks: (Task | null)[]; // null: need not be placed
  nodes: WindowNode[];
  groups: Window['groups'];
  maxMoves: number | undefined;
}

/** All constraints of a window that can be dropped: rules first, so that they are tried first, then capacities and tasks. */
export function constraintsOf(window: Window): Constraint[] {
  const { tasks, nodes } = window;
  const ample = ampleCapacity(window);
  const ofNodes = nodes.flatMap(({ id, drain }, e): Constraint[] =>
    drain
      ? [
          {
            told: { kind: 'drain', node: id, detail: `${id} is drained` },
            drop: (draft) => change(draft.nodes, e, { drain: false }),
          },
        ]
      : [],
  );
  return [
    ...Object.keys(window.groups).flatMap((name) => ofGroup(window, name)),
    ...(window.maxMoves === undefined
      ? []
      : [
          {
            told: { kind: 'max-moves' as const, detail: `at most ${window.maxMoves} moves` },
            drop: (draft: Draft) => {
              draft.maxMoves = undefined;
            },
          },
        ]),
    ...tasks.flatMap((task, i) => ofTask(window, task, i)),
    ...ofNodes,
    ...nodes.map(
      ({ id, used, capacity }, e): Constraint => ({
        told: { kind: 'capacity', node: id, detail: `the capacity of ${id}` },
        drop: (draft) => change(draft.nodes, e, { capacity: { ...capacity, ...raised(ample, used) } }),
      }),
    ),
    ...tasks.map(
      ({ id }, i): Constraint => ({
        told: { kind: 'task', task: id, detail: `${id} must be placed` },
        drop: (draft) => {
          draft.tasks[i] = null;
        },
      }),
    ),
  ];
}

/** The window without some constraints, one that allows unplaced copies and has no order of tiers but that of running ones. */
export function relaxed(window: Window, dropped: readonly Constraint[]): Window {
  const draft: Draft = {
    tasks: window.tasks.map((task) => ({ ...task, priority: 0, preemptible: true })),
    nodes: [...window.nodes],
    groups: { ...window.groups },
    maxMoves: window.maxMoves,
  };
  for (const { drop } of dropped) drop(draft);
  const kept = draft.tasks.map((task) => task !== null);
  const tasks = draft.tasks.filter((task) => task !== null);
  for (const [name, rules] of Object.entries(draft.groups)) {
    // a gang of fewer members is a smaller one
    const size = tasks.reduce((sum, { group, count }) => (group === name ? sum + count : sum), 0);
    if (typeof rules.gang === 'number' && rules.gang > size) draft.groups[name] = { ...rules, gang: true };
  }
  const { times, maxMoves: _, ...rest } = window;
  return {
    ...rest,
    ...(times ? { times: times.filter((_, i) => kept[i]) } : {}),
    ...(draft.maxMoves === undefined ? {} : { maxMoves: draft.maxMoves }),
    tasks,
    nodes: draft.nodes,
    groups: draft.groups,
    unplaced: 'allow',
    compare: false,
    explain: false,
  };
}

function ofTask({ nodes }: Window, { id, requires, pinned, tolerates, current }: Task, i: number): Constraint[] {
  const alter = (told: Conflict, by: (task: Task) => Partial<Task>): Constraint => ({
    told,
    drop: (draft) => {
      const task = draft.tasks[i];
      if (task) draft.tasks[i] = { ...task, ...by(task) };
    },
  });
  const taints = new Set(
    nodes.flatMap((node) => (hostileTaint({ tolerates } as Task, node) === null ? [] : node.taints)),
  );
  const found = Object.keys(requires ?? {}).map((label) =>
    alter({ kind: 'requires', task: id, label, detail: `the rule of ${id} on ${label}` }, (task) => ({
      requires: Object.fromEntries(Object.entries(task.requires!).filter(([other]) => other !== label)),
    })),
  );
  if (taints.size > 0)
    found.push(
      alter({ kind: 'taint', task: id, detail: `${id} does not tolerate all taints` }, () => ({
        tolerates: [...tolerates, ...taints],
      })),
    );
  if (pinned)
    found.push(alter({ kind: 'pinned', task: id, detail: `${id} is pinned to ${current}` }, () => ({ pinned: false })));
  return found;
}

function ofGroup(window: Window, name: string): Constraint[] {
  const { maxPer, ...rules } = window.groups[name]!;
  if (!window.tasks.some(({ group }) => group === name)) return [];
  const alter = (
    told: Omit<Conflict, 'kind' | 'group'>,
    by: (rules: Window['groups'][string]) => object,
  ): Constraint => ({
    told: { kind: 'group', group: name, ...told },
    drop: (draft) => {
      draft.groups[name] = { ...draft.groups[name]!, ...by(draft.groups[name]!) };
    },
  });
  return [
    ...Object.entries(rules)
      .filter(([, value]) => value !== undefined && value !== false)
      .map(([rule]) => alter({ rule, detail: `"${rule}" of group ${name}` }, () => ({ [rule]: undefined }))),
    ...(maxPer ?? []).map((limit) =>
      alter({ rule: 'maxPer', label: limit.label, detail: `"maxPer" ${limit.label} of group ${name}` }, (now) => ({
        maxPer: now.maxPer!.filter((other) => other !== limit),
      })),
    ),
  ];
}

/** Resource → what all copies of all tasks take together wherever they run. */
function ampleCapacity(window: Window): Record<string, number> {
  const most = (task: Task, k: string): number =>
    Math.max(task.demand[k] ?? 0, ...Object.values(task.on ?? {}).map(({ demand }) => demand?.[k] ?? 0));
  return Object.fromEntries(
    demandedResources(window).map((k) => [k, window.tasks.reduce((sum, task) => sum + task.count * most(task, k), 0)]),
  );
}

/** Capacities that leave so much free. */
const raised = (ample: Record<string, number>, used: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(ample).map(([k, amount]) => [k, amount + (used[k] ?? 0)]));

function change(nodes: WindowNode[], e: number, by: Partial<WindowNode>): void {
  nodes[e] = { ...nodes[e]!, ...by };
}
