import type { Instance } from '../../model/instance.ts';
import { rowsOfClasses, rowsOfKinds } from '../bound/capacity-rows.ts';
import { bestPairs } from '../candidates.ts';
import { everyClass, folded, type Kinds, kindsOf, unfolded } from '../kinds.ts';

/** Slots of each task, about: a kind's nodes are all there or none. */
const MOST = 20;
/** Nodes of a kind up to which each is a slot of its own, and groups of the nodes of a larger kind. */
const FEW = 6;
const GROUPS = 3;
/** Where in a record the reduced cost, the cost and the demands are. */
export const REDUCED = 0;
export const COST = 1;
export const DEMAND = 2;

/**
 * The places each task is tried at: its best kinds of node by reduced cost, least first, with all that a trial asks of them side by
 * side. A slot is a group of node copies: the nodes of a kind are shared out among a few, so that several of them are tried.
 * Those of task i are `start[i] ≤ s < start[i + 1]`; the record of slot s begins at `s · stride`.
 */
export interface Slots {
  readonly start: Int32Array; // tasks + 1
  readonly group: Int32Array; // slots → group of node copies
  readonly copy: Int32Array; // slots → node copy where the group has only one, else −1
  readonly memberStart: Int32Array; // groups + 1
  readonly member: Int32Array; // node copies by group
  readonly groupOf: Int32Array; // node copies → its group
  readonly groupBits: Int32Array; // tasks × 2 → bits of the groups among its slots, of which several share one
  readonly floor: Float64Array; // tasks → least reduced cost, 0 without slots
  readonly stride: number; // = 2 + resources
  readonly record: Float64Array; // slots × (reduced cost, cost, demand of each resource)
}

/** The slots under capacity prices (node classes × resources): of kinds where their classes have the same, else of classes. */
export function slotsOf(instance: Instance, prices: Float64Array): Slots {
  const { width, tasks } = instance;
  const kinds = kindsOfEqualPrice(instance, prices);
  const rows = rowsOfKinds(rowsOfClasses(instance, instance.pairs.cost), kinds);
  const { pairs, cost } = rows;
  const best = bestPairs(rows, cost, folded(prices, kinds, width), MOST);
  const { first, memberStart, member, groupOf } = groupsOf(instance, kinds);
  const groups = (at: number): number => {
    const kind = pairs.node[best.pair[at]!]!;
    return first[kind + 1]! - first[kind]!;
  };

  const start = new Int32Array(tasks + 1);
  const ends = new Int32Array(tasks); // tasks → end of the pairs that become slots
  for (let i = 0; i < tasks; i++) {
    let slots = 0;
    let at = best.start[i]!;
    while (at < best.start[i + 1]! && slots < MOST) slots += groups(at++);
    ends[i] = at;
    start[i + 1] = start[i]! + slots;
  }
  const stride = DEMAND + width;
  const record = new Float64Array(start[tasks]! * stride);
  const group = new Int32Array(start[tasks]!);
  let s = 0;
  for (let i = 0; i < tasks; i++) {
    for (let at = best.start[i]!; at < ends[i]!; at++) {
      const p = best.pair[at]!;
      for (let g = 0; g < groups(at); g++, s++) {
        group[s] = first[pairs.node[p]!]! + g;
        record[s * stride + REDUCED] = best.reduced[at]!;
        record[s * stride + COST] = cost[p]!;
        for (let k = 0; k < width; k++) record[s * stride + DEMAND + k] = pairs.demand[pairs.row[p]! * width + k]!;
      }
    }
  }
  const groupBits = new Int32Array(2 * tasks);
  for (let i = 0; i < tasks; i++)
    for (let s = start[i]!; s < start[i + 1]!; s++) groupBits[wordOf(i, group[s]!)]! |= 1 << group[s]!;
  const copy = group.map((g) => (memberStart[g + 1]! - memberStart[g]! === 1 ? member[memberStart[g]!]! : -1));
  const floor = Float64Array.from({ length: tasks }, (_, i) =>
    start[i + 1]! > start[i]! ? record[start[i]! * stride + REDUCED]! : 0,
  );
  return { start, group, copy, memberStart, member, groupOf, groupBits, floor, stride, record };
}

/** Where the bit of a group among those of a task is. */
const wordOf = (task: number, group: number): number => 2 * task + ((group >> 5) & 1);

/** The slot of a task that is the group of a node copy, or −1: mostly told by one bit, where memory is slow for more. */
export function slotAt({ start, group, groupOf, groupBits }: Slots, task: number, copy: number): number {
  const wanted = groupOf[copy]!;
  if ((groupBits[wordOf(task, wanted)]! & (1 << wanted)) === 0) return -1;
  for (let s = start[task]!, end = start[task + 1]!; s < end; s++) if (group[s] === wanted) return s;
  return -1;
}

function kindsOfEqualPrice(instance: Instance, prices: Float64Array): Kinds {
  const kinds = kindsOf(instance);
  const equal = unfolded(folded(prices, kinds, instance.width), kinds, instance.width);
  return equal.every((price, at) => price === prices[at]) ? kinds : everyClass(instance.nodes.classes);
}

/** Node copies by group, and the groups of each kind, `first[kind] ≤ group < first[kind + 1]`. */
function groupsOf(
  { nodes }: Instance,
  { kinds, kindOf }: Kinds,
): Pick<Slots, 'memberStart' | 'member' | 'groupOf'> & { readonly first: Int32Array } {
  const size = new Int32Array(kinds);
  for (const q of nodes.classOf) size[kindOf[q]!]!++;
  const first = new Int32Array(kinds + 1);
  const memberStart = [0];
  const next = new Int32Array(kinds);
  size.forEach((many, kind) => {
    next[kind] = memberStart.at(-1)!;
    const groups = many <= FEW ? many : GROUPS;
    for (let g = 1; g <= groups; g++) memberStart.push(next[kind]! + Math.round((g * many) / groups));
    first[kind + 1] = memberStart.length - 1;
  });
  const member = new Int32Array(nodes.copies);
  nodes.classOf.forEach((q, copy) => {
    member[next[kindOf[q]!]!++] = copy;
  });
  const groupOf = new Int32Array(nodes.copies);
  for (let g = 0; g + 1 < memberStart.length; g++)
    for (let at = memberStart[g]!; at < memberStart[g + 1]!; at++) groupOf[member[at]!] = g;
  return { first, memberStart: Int32Array.from(memberStart), member, groupOf };
}

/** The mean of what a task's third best slot costs more than its best: how far apart places are. */
export function meanRegret({ start, record, stride }: Slots): number {
  let sum = 0;
  let counted = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    const many = start[i + 1]! - start[i]!;
    if (many < 2) continue;
    sum += record[(start[i]! + Math.min(2, many - 1)) * stride + REDUCED]! - record[start[i]! * stride + REDUCED]!;
    counted++;
  }
  return counted > 0 ? sum / counted : 0;
}

/** Capacity prices of each node copy (copies × resources) from those of the classes. */
export function pricesOfCopies({ nodes, width }: Instance, prices: Float64Array): Float64Array {
  const ofCopies = new Float64Array(nodes.copies * width);
  nodes.classOf.forEach((q, copy) => {
    for (let k = 0; k < width; k++) ofCopies[copy * width + k] = prices[q * width + k]!;
  });
  return ofCopies;
}
