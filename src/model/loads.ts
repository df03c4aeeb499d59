import type { Assignment, Placement } from './assignment.ts';
import type { Instance } from './instance.ts';
import { sideStateOf } from './side-state.ts';

/** What each node copy carries of each resource from this window's tasks: copies × resources, row-major. */
export type Loads = Float64Array;

export function loadsOf(instance: Instance, placements: readonly Placement[]): Loads {
  const loads = new Float64Array(instance.nodes.copies * instance.width);
  for (const { pair, copy, amount } of placements) addLoad(instance, loads, pair, copy, amount);
  return loads;
}

/** Adds `amount` copies of a pair's demand to a node copy; a negative amount takes them away. */
export function addLoad({ pairs, width }: Instance, loads: Loads, pair: number, copy: number, amount: number): void {
  const row = pairs.row[pair]! * width;
  for (let k = 0; k < width; k++) loads[copy * width + k]! += amount * pairs.demand[row + k]!;
}

/** How many more copies of a pair's task a node copy takes: whole ones in an integral window, shares in a divisible one. */
export function roomFor(
  { pairs, width, limit, free, divisible }: Instance,
  loads: Loads,
  pair: number,
  copy: number,
): number {
  const q = pairs.node[pair]! * width;
  const row = pairs.row[pair]! * width;
  const ceiling = divisible ? free : limit;
  let room = Number.POSITIVE_INFINITY;
  for (let k = 0; k < width; k++) {
    const d = pairs.demand[row + k]!;
    if (d > 0) room = Math.min(room, (ceiling[q + k]! - loads[copy * width + k]!) / d);
  }
  return divisible ? Math.max(0, room) : Math.floor(room);
}

/** Whether an assignment keeps to the limits, to the counts of tasks and to the side rules, amounts whole where they must be. */
export function isFeasible(instance: Instance, { placements }: Assignment): boolean {
  const { width, limit, nodes, count, divisible } = instance;
  const loads = loadsOf(instance, placements);
  const placed = new Float64Array(instance.tasks);
  for (const { task, amount } of placements) {
    if (!(amount > 0) || !(divisible || Number.isInteger(amount))) return false;
    placed[task]! += amount;
  }
  const within = (load: number, at: number) =>
    load <= limit[nodes.classOf[Math.floor(at / width)]! * width + (at % width)]!;
  return (
    loads.every(within) &&
    placed.every((copies, i) => copies <= count[i]! * (1 + 1e-9)) &&
    (sideStateOf(instance, placements)?.holds ?? true)
  );
}
