import {
  demandedResources,
  durationOf,
  FIT,
  failedLabel,
  freeOf,
  hostileTaint,
  missingLabel,
  type NodeCopy,
  overrideAt,
  resourceWeights,
  shareLeft,
  unmetCost,
} from './rules.ts';
import type { Task, Window } from './window.ts';

/** One copy of a task on a node. */
export interface Pairing {
  readonly time: number; // seconds
  readonly demand: Record<string, number>;
  readonly cost: number;
}

/**
 * Time, demand and cost of one copy of task i on a node, by the definitions, nothing remembered; whether it may run
 * there is not asked. `exists` tells the names of nodes of the window, which decide whether a task runs now.
 */
export function pairings(window: Window, exists: (name: string) => boolean): (i: number, node: NodeCopy) => Pairing {
  const weights = resourceWeights(window, demandedResources(window));
  return (i, node) => {
    const task = window.tasks[i]!;
    const { entry } = node;
    const override = overrideAt(task, node);
    const demand: Record<string, number> = { ...task.demand, ...override?.demand };
    const time =
      window.times?.[i]?.[node.index] ?? shareLeft(task) * (override?.duration ?? durationOf(task) / entry.speed);
    let term = time;
    if (window.objective === 'price') term = time * entry.price;
    if (window.objective === 'resource-time')
      term = time * Object.entries(demand).reduce((sum, [k, d]) => sum + (weights[k] ?? 0) * d, 0);
    let cost = task.weight * term;
    cost += unmetCost(task, node);
    if (task.current !== undefined && task.current !== node.id && exists(task.current)) cost += task.moveCost;
    return { time, demand, cost };
  };
}

/** Whether task i may run on a node that is empty: rules, the matrix, and room for one copy of this demand. */
export function mayRun(window: Window, i: number, node: NodeCopy, demand: Record<string, number>): boolean {
  return (
    window.times?.[i]?.[node.index] !== null && allows(window, window.tasks[i]!, node) && fits(window, demand, node)
  );
}

/** Whether the rules let a task run on a node, room aside. */
function allows(window: Window, task: Task, node: NodeCopy): boolean {
  const { entry, id } = node;
  if (task.pinned ? task.current !== id : entry.drain) return false;
  if (hostileTaint(task, entry) !== null || failedLabel(task.requires, node) !== null) return false;
  return missingLabel(window, task, node) === null;
}

/** Whether one copy fits the empty node; a fraction of one fits wherever anything is free. */
const fits = (window: Window, demand: Record<string, number>, { entry }: NodeCopy): boolean =>
  Object.entries(demand).every(
    ([k, d]) => d <= 0 || (window.mode === 'integral' ? d <= freeOf(entry, k) * (1 + FIT) : freeOf(entry, k) > 0),
  );
