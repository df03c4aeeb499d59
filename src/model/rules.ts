import type { LabelRule, LabelRules, Task, Window, WindowNode } from './window.ts';

/** Relative tolerance on capacities: a node may be over by this share of its capacity, which is what sums of decimals cost. */
export const FIT = 1e-9;

/** One node of a window, copies unfolded: its entry, its name and its position among all copies. */
export interface NodeCopy {
  readonly entry: WindowNode;
  readonly id: string; // entry.id, or entry.id#k when the entry counts more than one
  readonly index: number; // position among all copies, in the order of the window
}

/** Name of copy k of a node entry. */
export const copyName = (entry: WindowNode, k: number): string => (entry.count > 1 ? `${entry.id}#${k}` : entry.id);

/** Every node of the window by name, in the order of the window. */
export function nodeCopies(window: Window): Map<string, NodeCopy> {
  const copies = new Map<string, NodeCopy>();
  for (const entry of window.nodes) {
    for (let k = 0; k < entry.count; k++) {
      const id = copyName(entry, k);
      copies.set(id, { entry, id, index: copies.size });
    }
  }
  return copies;
}

/** What a node has left of resource k before this window's tasks: never negative. */
export const freeOf = (node: WindowNode, k: string): number =>
  Math.max(0, (node.capacity[k] ?? 0) - (node.used[k] ?? 0));

/** Most that placing may take of resource k on a node: a shade less than FIT over what is free, so that checkers agree. */
export const limitOf = (node: WindowNode, k: string): number => freeOf(node, k) * (1 + 0.99 * FIT);

const asList = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Whether a label's value (undefined when the label is missing) satisfies a rule. Values compare as text. */
export function labelMatches(rule: LabelRule, value: string | number | boolean | undefined): boolean {
  const same = (wanted: string | number | boolean) => value !== undefined && String(wanted) === String(value);
  if (Array.isArray(rule)) return rule.some(same);
  if (typeof rule !== 'object') return same(rule);
  if (rule.not !== undefined && asList(rule.not).some(same)) return false;
  if (rule.exists !== undefined && rule.exists !== (value !== undefined)) return false;
  if (rule.min !== undefined && !(value !== undefined && Number(value) >= rule.min)) return false;
  if (rule.max !== undefined && !(value !== undefined && Number(value) <= rule.max)) return false;
  return true;
}

/** The first label of `rules` that a node fails, or null when it satisfies them all. `node` may name the entry or the copy. */
export function failedLabel(rules: LabelRules | undefined, node: NodeCopy): string | null {
  for (const label in rules) if (!ruleHolds(label, rules[label]!, node)) return label;
  return null;
}

/** Value of a label of a node; `node` and `kind` are always there. Undefined when it has none. */
export function labelAt({ entry, id }: NodeCopy, label: string): string | number | boolean | undefined {
  if (label === 'node') return id;
  return label === 'kind' ? entry.kind : entry.labels[label];
}

/** Labels that the rules of a task's group speak of: a node without one of them is not for it. */
export function groupLabels({ groups }: Window, { group }: Task): string[] {
  const rules = group === undefined ? undefined : groups[group];
  const labels = [rules?.spread?.label, rules?.together, ...(rules?.maxPer ?? []).map(({ label }) => label)];
  return labels.filter((label) => label !== undefined);
}

/** The first label of a task's group that a node lacks, or null. */
export const missingLabel = (window: Window, task: Task, node: NodeCopy): string | null =>
  groupLabels(window, task).find((label) => labelAt(node, label) === undefined) ?? null;

/** Cost of the preferences of a task that a node does not meet. */
export const unmetCost = ({ prefers }: Task, node: NodeCopy): number =>
  prefers.reduce((sum, { labels, cost }) => (failedLabel(labels, node) === null ? sum : sum + cost), 0);

/** Cost of opening a node for tasks of this window. */
export const openingCost = ({ open, openCost }: WindowNode): number => (open ? 0 : openCost);

/** Whether a label rule holds of a node. */
function ruleHolds(label: string, rule: LabelRule, node: NodeCopy): boolean {
  const { entry, id } = node;
  if (label !== 'node') return labelMatches(rule, labelAt(node, label));
  if (typeof rule !== 'object' || Array.isArray(rule)) return labelMatches(rule, id) || labelMatches(rule, entry.id);
  return rule.not === undefined || (labelMatches({ not: rule.not }, id) && labelMatches({ not: rule.not }, entry.id));
}

/** The first taint of a node that the task does not tolerate, or null. */
export function hostileTaint(task: Task, node: WindowNode): string | null {
  return node.taints.find((taint) => !task.tolerates.includes(taint)) ?? null;
}

/** What `on` sets for a task: undefined where it sets none. */
export interface Override {
  readonly duration: number | undefined;
  readonly demand: Record<string, number> | undefined;
}

/** The names by which `on` may speak of a node, least specific first. */
export const namesOf = ({ entry, id }: NodeCopy): string[] => [
  ...(entry.kind === undefined ? [] : [entry.kind]),
  entry.id,
  ...(id === entry.id ? [] : [id]),
];

/** What `on` sets for a task at one place, the most specific of kind, entry and copy winning field by field; null when it names none of them. */
export const overrideAt = (task: Task, node: NodeCopy): Override | null =>
  task.on ? overrideBy(task.on, namesOf(node)) : null;

/** The same by names, least specific first. */
export function overrideBy(on: NonNullable<Task['on']>, names: readonly string[]): Override | null {
  let found = null as Override | null;
  for (const name of names) {
    const next = on[name];
    if (!next) continue;
    if (found === null) found = { duration: next.duration, demand: next.demand };
    else
      found = {
        duration: next.duration ?? found.duration,
        demand: found.demand && next.demand ? { ...found.demand, ...next.demand } : (next.demand ?? found.demand),
      };
  }
  return found;
}

/** Share of a task's work that is still to do, as a factor on every time. */
export function shareLeft(task: Task): number {
  const duration = durationOf(task);
  return (task.remaining ?? duration) / duration;
}

/** Seconds of a task on a node of speed 1, before `remaining` scales them. */
export const durationOf = (task: Task): number => task.duration ?? task.remaining ?? 1;

/** Weights of the resources in the objective "resource-time", by resource; one that is absent weighs 0. */
export function resourceWeights(window: Window, resources: readonly string[]): Record<string, number> {
  if (window.resourceWeights) return window.resourceWeights;
  if (resources.length === 1) return { [resources[0]!]: 1 };
  return Object.fromEntries(
    resources.map((k) => {
      const total = window.nodes.reduce((sum, node) => sum + (node.capacity[k] ?? 0) * node.count, 0);
      return [k, total > 0 ? 1 / total : 0];
    }),
  );
}

/** Every resource that some task demands more than 0 of, `on` included, in order of appearance. */
export function demandedResources(window: Window): string[] {
  const resources = new Set<string>();
  const add = (demand: Record<string, number> | undefined) => {
    for (const k in demand) if (demand[k]! > 0) resources.add(k);
  };
  for (const task of window.tasks) {
    add(task.demand);
    for (const place in task.on) add(task.on[place]!.demand);
  }
  return [...resources];
}

/**
 * The tier in which a task's unplaced copies count: "protected" when it runs on a node of the window and may not be
 * preempted, "P:running" when it may, "P" when it is new (P its priority).
 */
export function tierOf(task: Task, running: boolean): string {
  if (running && !task.preemptible) return 'protected';
  return running ? `${task.priority}:running` : `${task.priority}`;
}

/** Tiers from first (its unplaced copies are minimised before all others) to last. */
export function inTierOrder(tiers: Iterable<string>): string[] {
  const rank = (tier: string) =>
    tier === 'protected' ? Number.POSITIVE_INFINITY : Number.parseInt(tier, 10) + (tier.endsWith(':running') ? 0.5 : 0);
  return [...new Set(tiers)].sort((a, b) => rank(b) - rank(a));
}
