import { type NodeClasses, nodeClasses } from './node-classes.ts';
import { findPairs, type Pairs } from './pairs.ts';
import { copyName, demandedResources, freeOf, inTierOrder, limitOf, nodeCopies, openingCost, tierOf } from './rules.ts';
import { type SideRules, sideRules } from './side-rules.ts';
import type { Window } from './window.ts';

/**
 * A window as the methods see it: typed arrays only, identical tasks as counts, identical nodes as classes.
 * Node arrays are per class, row-major: `free[q * resources + k]`. Built once, never changed.
 */
export interface Instance {
  readonly window: Window;
  readonly divisible: boolean;
  readonly resources: readonly string[]; // names of those that are demanded
  readonly width: number; // = resources.length
  readonly tasks: number; // entries
  readonly count: Float64Array; // tasks → copies
  readonly tier: Int32Array; // tasks → position in `tiers`
  readonly tiers: readonly string[]; // first to last
  readonly tierTasks: readonly Int32Array[]; // tiers → its tasks
  readonly nodes: NodeClasses;
  readonly size: Float64Array; // classes → nodes in it
  readonly capacity: Float64Array; // classes × resources
  readonly free: Float64Array; // classes × resources: capacity less what others use, ≥ 0
  readonly limit: Float64Array; // classes × resources: `free` plus the tolerance; loads up to this are feasible
  readonly pairs: Pairs;
  readonly opening: Float64Array | null; // classes → cost of each of its nodes that holds something; null: all 0
  readonly rules: SideRules | null; // groups and moves; null: none
}

/** Builds the instance of a validated window. */
export function buildInstance(window: Window): Instance {
  const resources = demandedResources(window);
  const nodes = nodeClasses(window, resources);
  const perClass = (value: (q: number, k: string) => number) =>
    Float64Array.from({ length: nodes.classes * resources.length }, (_, at) =>
      value(Math.floor(at / resources.length), resources[at % resources.length]!),
    );
  const entry = (q: number) => nodes.representative[q]!.entry;
  const home = homes(window);
  const tierNames = window.tasks.map((task, i) => tierOf(task, home[i]! >= 0));
  const tiers = inTierOrder(tierNames);
  const rank = new Map(tiers.map((tier, t) => [tier, t]));
  const pairs = findPairs(window, resources, nodes, home);
  const opening = Float64Array.from(nodes.representative, ({ entry }) => openingCost(entry));
  return {
    window,
    divisible: window.mode === 'divisible',
    resources,
    width: resources.length,
    tasks: window.tasks.length,
    count: Float64Array.from(window.tasks, (task) => task.count),
    tier: Int32Array.from(tierNames, (tier) => rank.get(tier)!),
    tiers,
    tierTasks: grouped(
      tierNames.map((tier) => rank.get(tier)!),
      tiers.length,
    ),
    nodes,
    size: Float64Array.from({ length: nodes.classes }, (_, q) => nodes.memberStart[q + 1]! - nodes.memberStart[q]!),
    capacity: perClass((q, k) => entry(q).capacity[k] ?? 0),
    free: perClass((q, k) => freeOf(entry(q), k)),
    limit: perClass((q, k) => limitOf(entry(q), k)),
    pairs,
    opening: opening.some((cost) => cost > 0) ? opening : null,
    rules: sideRules(window, nodes, pairs, home),
  };
}

/** Positions by the group they are in. */
function grouped(groupOf: readonly number[], groups: number): Int32Array[] {
  const members: number[][] = Array.from({ length: groups }, () => []);
  groupOf.forEach((group, at) => {
    members[group]!.push(at);
  });
  return members.map((list) => Int32Array.from(list));
}

/** Tasks → the node copy it runs on now; −1 when it is new, as it is where that node is gone. */
export function homes(window: Window): Int32Array {
  const running = window.tasks.some((task) => task.current !== undefined);
  const copies = running ? nodeCopies(window) : null;
  return Int32Array.from(window.tasks, ({ current }) =>
    current === undefined ? -1 : (copies!.get(current)?.index ?? -1),
  );
}

/** Name of node copy `copy` of the instance. */
export function nodeName({ window, nodes }: Instance, copy: number): string {
  const e = nodes.entryOf[copy]!;
  return copyName(window.nodes[e]!, copy - nodes.entryStart[e]!);
}

/** The pair of a task on a node class, or −1 where it may not run. */
export function pairOn({ start, node }: Pairs, task: number, q: number): number {
  let low = start[task]!;
  let high = start[task + 1]! - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (node[middle] === q) return middle;
    if (node[middle]! < q) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The pair of a task on the class of a node copy, or −1 where it may not run. */
export const pairAt = ({ pairs, nodes }: Pick<Instance, 'pairs' | 'nodes'>, task: number, copy: number): number =>
  pairOn(pairs, task, nodes.classOf[copy]!);

/** Whether pairs, counts and capacities are all there is: no groups, no limit of moves, no opening costs. */
export const isPlain = ({ opening, rules }: Pick<Instance, 'opening' | 'rules'>): boolean =>
  opening === null && rules === null;

/** Copies of all tasks together. */
export const totalCopies = ({ count }: Instance): number => count.reduce((sum, copies) => sum + copies, 0);

/** Number of pairs (task entry, node copy) that may run: the columns of the unfolded integer program. */
export function unfoldedPairs({ pairs, size }: Pick<Instance, 'pairs' | 'size'>): number {
  if (size.every((nodes) => nodes === 1)) return pairs.node.length;
  let sum = 0;
  for (let p = 0; p < pairs.node.length; p++) sum += size[pairs.node[p]!]!;
  return sum;
}
