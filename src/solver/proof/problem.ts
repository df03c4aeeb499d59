import type { Assignment } from '../../model/assignment.ts';
import { hasPairs } from '../../model/dual.ts';
import type { Instance } from '../../model/instance.ts';
import { granularityOf } from './granularity.ts';
import { roomsOf, WIDER } from './rooms.ts';

/**
 * An integral window at fixed unplaced counts as a multiple-choice of knapsacks: every copy of every task goes into one bin.
 * Bins come in kinds: one kind for each node class, then one *outside* for each tier that leaves copies unplaced, a
 * single bin that takes exactly that many at no cost. An item is a task that may go into a kind of bin.
 */
export interface ProofProblem {
  readonly instance: Omit<Instance, 'window'>;
  readonly tasks: number; // those that have pairs
  readonly taskOf: Int32Array; // tasks → task of the instance
  readonly copies: Int32Array; // tasks → copies to place, outside included
  readonly width: number; // resources
  readonly kinds: number;
  readonly classes: number; // kinds from here on are outsides
  readonly size: Int32Array; // kinds → bins
  readonly quota: Int32Array; // kinds → copies that an outside takes; 0 for node classes
  readonly start: Int32Array; // kinds + 1: items of kind q are start[q] ≤ e < start[q + 1]
  readonly task: Int32Array; // items → task
  readonly cost: Float64Array; // items → cost of a copy
  readonly most: Int32Array; // items → copies that an empty bin takes
  readonly unit: Float64Array; // classes × resources: what of the resource weighs 1
  readonly room: Float64Array; // classes × resources: what an empty bin takes
  readonly whole: boolean; // whether rooms and weights are whole numbers
  readonly weight: Float64Array; // items × resources: demand of a copy
  readonly grain: number; // all costs are multiples of it, to within rounding; 0: none known
}

/** Tiers → copies of these tasks that `start` leaves unplaced. */
export function heldCopies(
  { tiers, tier }: Omit<Instance, 'window'>,
  taskOf: Int32Array,
  start: Assignment,
): Float64Array {
  const held = new Float64Array(tiers.length);
  for (const i of taskOf) held[tier[i]!]! += start.unplaced[i]!;
  return held;
}

/** Poses the proof of the least cost at the unplaced copies per tier that `start` leaves. */
export function proofProblem(instance: Omit<Instance, 'window'>, start: Assignment): ProofProblem {
  const { pairs, width, nodes } = instance;
  const whole = instance as Instance;
  const taskOf = Int32Array.from(Array.from({ length: instance.tasks }, (_, i) => i).filter((i) => hasPairs(whole, i)));
  const copies = Int32Array.from(taskOf, (i) => instance.count[i]!);
  const unplaced = heldCopies(instance, taskOf, start);
  const openTiers = Array.from(unplaced.keys()).filter((t) => unplaced[t]! > 0);

  // items by kind: tasks of each class, then those of each tier that leaves some out
  const items: { task: number; pair: number }[][] = Array.from({ length: nodes.classes + openTiers.length }, () => []);
  taskOf.forEach((i, task) => {
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) items[pairs.node[p]!]!.push({ task, pair: p });
    const outside = openTiers.indexOf(instance.tier[i]!);
    if (outside >= 0) items[nodes.classes + outside]!.push({ task, pair: -1 });
  });
  const flat = items.flat();
  const startOf = new Int32Array(items.length + 1);
  items.forEach((list, q) => {
    startOf[q + 1] = startOf[q]! + list.length;
  });
  const { unit, room, whole: wholeRooms } = roomsOf(instance);
  const weight = new Float64Array(flat.length * width);
  const most = new Int32Array(flat.length);
  flat.forEach(({ task, pair }, e) => {
    most[e] = copies[task]!;
    if (pair < 0) return;
    for (let k = 0; k < width; k++) {
      const d = pairs.demand[pairs.row[pair]! * width + k]!;
      if (d === 0) continue;
      const at = pairs.node[pair]! * width + k;
      const share = d / unit[at]!;
      weight[e * width + k] = wholeRooms ? Math.round(share) : share;
      most[e] = Math.min(most[e]!, Math.floor((room[at]! + WIDER) / weight[e * width + k]!));
    }
  });
  const cost = Float64Array.from(flat, ({ pair }) => (pair < 0 ? 0 : pairs.cost[pair]!));
  return {
    instance,
    tasks: taskOf.length,
    taskOf,
    copies,
    width,
    kinds: items.length,
    classes: nodes.classes,
    size: Int32Array.from(items, (_, q) => (q < nodes.classes ? instance.size[q]! : 1)),
    quota: Int32Array.from(items, (_, q) => (q < nodes.classes ? 0 : unplaced[openTiers[q - nodes.classes]!]!)),
    start: startOf,
    task: Int32Array.from(flat, ({ task }) => task),
    cost,
    most,
    unit,
    room,
    whole: wholeRooms,
    weight,
    grain: granularityOf(
      cost,
      copies.reduce((sum, n) => sum + n, 0),
    ),
  };
}
