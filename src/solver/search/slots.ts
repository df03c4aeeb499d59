import type { Instance } from '../../model/instance.ts';
import { rowsOfClasses, rowsOfKinds } from '../bound/capacity-rows.ts';
import { bestPairs } from '../candidates.ts';
import { everyClass, folded, type Kinds, kindsOf, unfolded } from '../kinds.ts';

/** Slots of each task. */
const MOST = 20;
/** Where in a record the reduced cost, the cost and the demands are. */
export const REDUCED = 0;
export const COST = 1;
export const DEMAND = 2;

/**
 * The places each task is tried at: its best kinds of node by reduced cost, least first, with all that a trial asks of them side by
 * side. Those of task i are `start[i] ≤ s < start[i + 1]`; the record of slot s begins at `s · stride`.
 */
export interface Slots {
  readonly start: Int32Array; // tasks + 1
  readonly kind: Int32Array; // slots → kind of node classes
  readonly copy: Int32Array; // slots → node copy where the kind has only one, else −1
  readonly memberStart: Int32Array; // kinds + 1
  readonly member: Int32Array; // node copies by kind
  readonly floor: Float64Array; // tasks → least reduced cost, 0 without slots
  readonly stride: number; // = 2 + resources
  readonly record: Float64Array; // slots × (reduced cost, cost, demand of each resource)
}

/** The slots under capacity prices (node classes × resources): kinds where their classes have the same, else classes. */
export function slotsOf(instance: Instance, prices: Float64Array): Slots {
  const { width, tasks } = instance;
  const kinds = kindsOfEqualPrice(instance, prices);
  const rows = rowsOfKinds(rowsOfClasses(instance, instance.pairs.cost), kinds);
  const { pairs, cost } = rows;
  const { start, pair, reduced } = bestPairs(rows, cost, folded(prices, kinds, width), MOST);
  const stride = DEMAND + width;
  const record = new Float64Array(pair.length * stride);
  pair.forEach((p, s) => {
    record[s * stride + REDUCED] = reduced[s]!;
    record[s * stride + COST] = cost[p]!;
    for (let k = 0; k < width; k++) record[s * stride + DEMAND + k] = pairs.demand[pairs.row[p]! * width + k]!;
  });
  const { memberStart, member } = membersOf(instance, kinds);
  const kind = pair.map((p) => pairs.node[p]!);
  const copy = kind.map((g) => (memberStart[g + 1]! - memberStart[g]! === 1 ? member[memberStart[g]!]! : -1));
  const floor = Float64Array.from({ length: tasks }, (_, i) => (start[i + 1]! > start[i]! ? reduced[start[i]!]! : 0));
  return { start, kind, copy, memberStart, member, floor, stride, record };
}

function kindsOfEqualPrice(instance: Instance, prices: Float64Array): Kinds {
  const kinds = kindsOf(instance);
  const equal = unfolded(folded(prices, kinds, instance.width), kinds, instance.width);
  return equal.every((price, at) => price === prices[at]) ? kinds : everyClass(instance.nodes.classes);
}

/** Node copies by kind. */
function membersOf({ nodes }: Instance, { kinds, kindOf }: Kinds): Pick<Slots, 'memberStart' | 'member'> {
  const memberStart = new Int32Array(kinds + 1);
  for (const q of nodes.classOf) memberStart[kindOf[q]! + 1]!++;
  for (let g = 0; g < kinds; g++) memberStart[g + 1]! += memberStart[g]!;
  const next = memberStart.slice();
  const member = new Int32Array(nodes.copies);
  nodes.classOf.forEach((q, copy) => {
    member[next[kindOf[q]!]!++] = copy;
  });
  return { memberStart, member };
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
