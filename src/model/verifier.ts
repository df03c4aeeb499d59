import { groupBreaches, type Held } from './group-breaches.ts';
import { pairings } from './pairing.ts';
import {
  copyName,
  FIT,
  failedLabel,
  freeOf,
  hostileTaint,
  inTierOrder,
  missingLabel,
  type NodeCopy,
  openingCost,
  tierOf,
} from './rules.ts';
import type { Window } from './window.ts';

/** One line of a plan: copies of a task on a node (copy). */
export interface PlanLine {
  readonly task: string;
  readonly node: string;
  readonly copies: number;
}

/** A rule of the window that a plan breaks. */
export interface Breach {
  readonly code:
    | 'unknown-task'
    | 'unknown-node'
    | 'times'
    | 'pinned'
    | 'drained'
    | 'taint'
    | 'requires'
    | 'too-big'
    | 'over-capacity'
    | 'not-whole'
    | 'not-positive'
    | 'too-many-copies'
    | 'unplaced'
    | 'label'
    | 'too-many-moves'
    | 'group:max-per-node'
    | 'group:max-per'
    | 'group:spread'
    | 'group:together'
    | 'group:apart-from'
    | 'group:gang';
  readonly task?: string;
  readonly node?: string;
  readonly resource?: string;
  readonly group?: string;
  readonly detail: string;
}

/** What a plan is, recomputed from the window alone. */
export interface Verdict {
  readonly breaches: Breach[];
  readonly objective: number;
  readonly unplaced: { readonly tier: string; readonly copies: number }[]; // tiers first to last
  readonly unplacedOf: Float64Array; // tasks → copies
  readonly moves: number;
}

/**
 * Checks a plan against the definitions, pair by pair, knowing only the window and the plan: nothing that a solver
 * computed is trusted. Every answer passes here before it leaves.
 */
export function verify(window: Window, plan: readonly PlanLine[]): Verdict {
  const breaches: Breach[] = [];
  const nodes = nodeFinder(window);
  const taskAt = new Map(window.tasks.map((task, i) => [task.id, i]));
  const pairing = pairings(window, (name) => nodes(name) !== undefined);
  const left = Float64Array.from(window.tasks, (task) => task.count);
  const loads = new Map<string, { node: NodeCopy; load: Map<string, number> }>();
  const held: Held[] = []; // lines that groups are judged by, where there are any
  const grouped = Object.keys(window.groups).length > 0;
  let objective = 0;
  let moves = 0;

  for (const { task: id, node: name, copies } of plan) {
    const i = taskAt.get(id);
    const known = loads.get(name);
    const node = known?.node ?? nodes(name);
    if (i === undefined) breaches.push({ code: 'unknown-task', task: id, detail: `the window has no task "${id}"` });
    if (node === undefined)
      breaches.push({ code: 'unknown-node', node: name, detail: `the window has no node "${name}"` });
    if (i === undefined || node === undefined) continue;
    const task = window.tasks[i]!;
    if (!(copies > 0))
      breaches.push({
        code: 'not-positive',
        task: id,
        node: name,
        detail: `${copies} copies; more than 0 are expected`,
      });
    if (window.mode === 'integral' && !Number.isInteger(copies))
      breaches.push({ code: 'not-whole', task: id, node: name, detail: `${copies} copies in an integral window` });
    const { demand, cost } = pairing(i, node);
    addPairBreaches(breaches, window, i, node, demand);
    const at = known ?? { node, load: new Map<string, number>() };
    if (!known) loads.set(name, at);
    for (const k in demand) at.load.set(k, (at.load.get(k) ?? 0) + demand[k]! * copies);
    objective += copies * cost;
    left[i]! -= copies;
    if (grouped) held.push({ task: i, node, copies });
    if (task.current !== undefined && task.current !== name && nodes(task.current) !== undefined) moves += copies;
  }
  if (moves > (window.maxMoves ?? Number.POSITIVE_INFINITY) + 1e-9)
    breaches.push({ code: 'too-many-moves', detail: `${moves} moves, at most ${window.maxMoves}` });
  if (grouped) breaches.push(...groupBreaches(window, held, pairing));

  for (const [name, { node, load }] of loads) {
    objective += openingCost(node.entry);
    for (const [resource, used] of load) {
      const free = freeOf(node.entry, resource);
      if (used > free + FIT * Math.max(node.entry.capacity[resource] ?? 0, used))
        breaches.push({ code: 'over-capacity', node: name, resource, detail: `${used} of ${resource}, ${free} free` });
    }
  }
  const unplaced = new Map<string, number>();
  window.tasks.forEach((task, i) => {
    const tier = tierOf(task, task.current !== undefined && nodes(task.current) !== undefined);
    if (left[i]! < -1e-9 * (task.count + 1))
      breaches.push({
        code: 'too-many-copies',
        task: task.id,
        detail: `${task.count - left[i]!} copies placed of ${task.count}`,
      });
    if (left[i]! <= (window.mode === 'integral' ? 0 : 1e-6 * task.count)) left[i] = 0;
    else if (window.unplaced === 'forbid')
      breaches.push({
        code: 'unplaced',
        task: task.id,
        detail: `${left[i]} copies unplaced though the window forbids it`,
      });
    unplaced.set(tier, (unplaced.get(tier) ?? 0) + left[i]!);
  });
  return {
    breaches,
    objective,
    unplaced: inTierOrder(unplaced.keys()).map((tier) => ({ tier, copies: unplaced.get(tier)! })),
    unplacedOf: left,
    moves,
  };
}

/** Adds every rule that keeps task i off a node. */
function addPairBreaches(
  breaches: Breach[],
  window: Window,
  i: number,
  node: NodeCopy,
  demand: Record<string, number>,
): void {
  const task = window.tasks[i]!;
  const { entry, id, index } = node;
  const refuse = (code: Breach['code'], detail: string, resource?: string) =>
    breaches.push({ code, task: task.id, node: id, ...(resource === undefined ? {} : { resource }), detail });
  if (window.times?.[i]?.[index] === null) refuse('times', 'the times matrix has null here');
  if (task.pinned && task.current !== id) refuse('pinned', `pinned to "${task.current}"`);
  if (entry.drain && !(task.pinned && task.current === id)) refuse('drained', 'the node is drained');
  const taint = hostileTaint(task, entry);
  if (taint !== null) refuse('taint', `does not tolerate "${taint}"`);
  const label = failedLabel(task.requires, node);
  if (label !== null) refuse('requires', `the rule on "${label}" does not hold`);
  const missing = missingLabel(window, task, node);
  if (missing !== null) refuse('label', `has no label "${missing}", of which group "${task.group}" speaks`);
  for (const resource in demand) {
    const d = demand[resource]!;
    const free = freeOf(entry, resource);
    if (d > 0 && (window.mode === 'integral' ? d > free * (1 + FIT) : free === 0))
      refuse('too-big', `one copy takes ${d} of ${resource}, ${free} free on the empty node`, resource);
  }
}

/** Finds nodes by name without unfolding the window. */
function nodeFinder(window: Window): (name: string) => NodeCopy | undefined {
  const entries = new Map<string, { entry: Window['nodes'][number]; start: number }>();
  let start = 0;
  for (const entry of window.nodes) {
    entries.set(entry.id, { entry, start });
    start += entry.count;
  }
  return (name) => {
    const whole = entries.get(name);
    if (whole) return whole.entry.count === 1 ? { entry: whole.entry, id: name, index: whole.start } : undefined;
    const hash = name.lastIndexOf('#');
    const found = hash < 0 ? undefined : entries.get(name.slice(0, hash));
    const k = Number(name.slice(hash + 1));
    if (!found || !Number.isInteger(k) || k < 0 || k >= found.entry.count || copyName(found.entry, k) !== name)
      return undefined;
    return { entry: found.entry, id: name, index: found.start + k };
  };
}
