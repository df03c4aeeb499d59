import { addTo } from './lists.ts';
import type { NodeClasses } from './node-classes.ts';
import type { Pairs } from './pairs.ts';
import { labelAt } from './rules.ts';
import type { Window } from './window.ts';

/**
 * What a window asks of an assignment as a whole, beyond pairs, counts and capacities: its groups, and how many running
 * copies may move. Nodes that such a rule tells apart are in classes of their own.
 */
export interface SideRules {
  readonly groups: readonly GroupRules[];
  readonly groupOf: Int32Array; // tasks → group; −1: none
  readonly maxMoves: number; // Infinity: any number
  readonly home: Int32Array; // tasks → class of the node it runs on now, a class of that node alone; −1: new
}

/** The rules of one group that has members. Label values are numbered from 0. */
export interface GroupRules {
  readonly name: string;
  readonly members: Int32Array; // tasks
  readonly copies: number; // of all members
  readonly maxPerNode: number; // copies on one node; Infinity: any number
  readonly limits: readonly { readonly label: ByLabel; readonly count: number }[]; // copies at one value
  /** Most less fewest copies over the values that `reached` marks. */
  readonly spread: { readonly label: ByLabel; readonly reached: Uint8Array; readonly maxSkew: number } | null;
  readonly together: ByLabel | null; // all copies at one value
  readonly apart: Int32Array; // groups with which it shares no node, symmetric
  readonly gang: number; // copies placed at least, or none at all; 0 or 1: no rule
}

/** What nodes have as a label. */
export interface ByLabel {
  readonly label: string;
  readonly values: readonly string[];
  readonly of: Int32Array; // classes → value; −1: without
  readonly classes: readonly (readonly number[])[]; // values → its classes, in their order
}

/** The side rules of a window; null when it has none. `home` of a task: the node copy it runs on now, −1 when new. */
export function sideRules(window: Window, nodes: NodeClasses, pairs: Pairs, home: Int32Array): SideRules | null {
  const members = new Map<string, number[]>();
  window.tasks.forEach(({ group }, i) => {
    addTo(members, group, i);
  });
  const names = Object.keys(window.groups).filter((name) => members.has(name));
  const maxMoves = window.maxMoves ?? Number.POSITIVE_INFINITY;
  const moves = maxMoves < home.reduce((sum, node, i) => (node < 0 ? sum : sum + window.tasks[i]!.count), 0);
  const labels = new Map<string, ByLabel>();
  const by = (label: string): ByLabel => {
    const known = labels.get(label) ?? byLabel(nodes, label);
    labels.set(label, known);
    return known;
  };
  const groups = names.map((name) => groupRules(window, names, name, Int32Array.from(members.get(name)!), pairs, by));
  if (!moves && !groups.some(binds)) return null;
  const number = new Map(names.map((name, g) => [name, g]));
  return {
    groups,
    groupOf: Int32Array.from(window.tasks, ({ group }) => (group === undefined ? -1 : (number.get(group) ?? -1))),
    maxMoves: moves ? maxMoves : Number.POSITIVE_INFINITY,
    home: home.map((copy) => (copy < 0 ? -1 : nodes.classOf[copy]!)),
  };
}

/** Whether a group asks for anything that pairs do not see to. */
const binds = ({ maxPerNode, limits, spread, together, apart, gang, copies }: GroupRules): boolean =>
  maxPerNode < copies || limits.length > 0 || spread !== null || together !== null || apart.length > 0 || gang > 1;

function groupRules(
  window: Window,
  names: readonly string[],
  name: string,
  members: Int32Array,
  pairs: Pairs,
  by: (label: string) => ByLabel,
): GroupRules {
  const group = window.groups[name]!;
  const copies = members.reduce((sum, i) => sum + window.tasks[i]!.count, 0);
  const spread = group.spread && by(group.spread.label);
  const reached = new Uint8Array(spread?.values.length ?? 0);
  if (spread)
    for (const i of members)
      for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) reached[spread.of[pairs.node[p]!]!] = 1;
  const apart = names.flatMap((other, g) =>
    group.apartFrom?.includes(other) || window.groups[other]!.apartFrom?.includes(name) ? [g] : [],
  );
  return {
    name,
    members,
    copies,
    maxPerNode: group.maxPerNode ?? Number.POSITIVE_INFINITY,
    limits: (group.maxPer ?? []).map(({ label, count }) => ({ label: by(label), count })),
    spread: spread ? { label: spread, reached, maxSkew: group.spread!.maxSkew } : null,
    together: group.together === undefined ? null : by(group.together),
    apart: Int32Array.from(apart),
    gang: group.gang === true ? copies : group.gang || 0,
  };
}

function byLabel(nodes: NodeClasses, label: string): ByLabel {
  const numbers = new Map<string, number>();
  const of = Int32Array.from(nodes.representative, (node) => {
    const value = labelAt(node, label);
    if (value === undefined) return -1;
    const number = numbers.get(String(value)) ?? numbers.size;
    numbers.set(String(value), number);
    return number;
  });
  const classes: number[][] = Array.from(numbers, () => []);
  of.forEach((value, q) => {
    if (value >= 0) classes[value]!.push(q);
  });
  return { label, values: [...numbers.keys()], of, classes };
}
