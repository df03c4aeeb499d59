import { type Assignment, assignmentOf, dustOf, type Placement } from '../model/assignment.ts';
import type { Instance } from '../model/instance.ts';
import { addLoad, loadsOf, roomFor } from '../model/loads.ts';
import { sideStateOf } from '../model/side-state.ts';

/**
 * Makes an engine's placements an assignment: rounding errors of a divisible solution are taken back, so that no node
 * is over and no task has more than its count, and copies left unplaced fill the room there is, first tier first,
 * cheapest node first.
 */
export function polish(instance: Instance, placements: readonly Placement[]): Assignment {
  const sound = instance.divisible ? withinLimits(instance, placements) : placements;
  return fill(instance, assignmentOf(instance, sound));
}

/** Scales down what an engine's tolerance let through, about 1e-9 of it. */
function withinLimits(instance: Instance, placements: readonly Placement[]): Placement[] {
  const { width, free, count, nodes } = instance;
  const total = new Float64Array(instance.tasks);
  for (const { task, amount } of placements) total[task]! += amount;
  const counted = placements.map((placement) =>
    total[placement.task]! > count[placement.task]!
      ? { ...placement, amount: (placement.amount * count[placement.task]!) / total[placement.task]! }
      : placement,
  );
  const loads = loadsOf(instance, counted);
  const shrink = new Float64Array(nodes.copies).fill(1);
  for (let copy = 0; copy < nodes.copies; copy++) {
    for (let k = 0; k < width; k++) {
      const load = loads[copy * width + k]!;
      const room = free[nodes.classOf[copy]! * width + k]!;
      if (load > room) shrink[copy] = Math.min(shrink[copy]!, room / load);
    }
  }
  return counted.map((placement) =>
    shrink[placement.copy]! < 1 ? { ...placement, amount: placement.amount * shrink[placement.copy]! } : placement,
  );
}

/** Places unplaced copies wherever they still fit. */
function fill(instance: Instance, assignment: Assignment): Assignment {
  const { pairs, nodes, tier } = instance;
  const open = Array.from(assignment.unplaced.keys()).filter(
    (i) => assignment.unplaced[i]! > 0 && pairs.start[i + 1]! > pairs.start[i]! && !inGang(instance, i),
  );
  if (open.length === 0) return assignment;
  const loads = loadsOf(instance, assignment.placements);
  const sides = sideStateOf(instance, assignment.placements);
  const added: Placement[] = [];
  for (const task of open.sort((a, b) => tier[a]! - tier[b]! || a - b)) {
    let left = assignment.unplaced[task]!;
    const byCost = Array.from(
      { length: pairs.start[task + 1]! - pairs.start[task]! },
      (_, k) => pairs.start[task]! + k,
    ).sort((a, b) => pairs.cost[a]! - pairs.cost[b]!);
    for (const pair of byCost) {
      const q = pairs.node[pair]!;
      for (let at = nodes.memberStart[q]!; at < nodes.memberStart[q + 1]! && left > dustOf(instance, task); at++) {
        const copy = nodes.member[at]!;
        const room = Math.min(roomFor(instance, loads, pair, copy), sides?.room(task, copy) ?? left);
        const amount = Math.min(left, room);
        if (amount < (instance.divisible ? dustOf(instance, task) : 1)) continue;
        added.push({ task, pair, copy, amount });
        addLoad(instance, loads, pair, copy, amount);
        sides?.add(task, copy, amount);
        left -= amount;
      }
    }
  }
  return added.length === 0
    ? assignment
    : assignmentOf(instance, merged(instance, [...assignment.placements, ...added]));
}

/** Whether a task is placed with its group or not at all. */
const inGang = ({ rules }: Instance, i: number): boolean =>
  rules !== null && (rules.groups[rules.groupOf[i]!]?.gang ?? 0) > 1;

/** One placement for each pair and node copy. */
function merged(instance: Instance, placements: readonly Placement[]): Placement[] {
  const at = new Map<number, Placement>();
  for (const placement of placements) {
    const key = placement.pair * instance.nodes.copies + placement.copy;
    const before = at.get(key);
    at.set(key, before ? { ...before, amount: before.amount + placement.amount } : placement);
  }
  return [...at.values()];
}
