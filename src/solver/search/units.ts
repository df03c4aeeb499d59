import { type Assignment, assignmentOf, type Placement } from '../../model/assignment.ts';
import { type Instance, pairAt } from '../../model/instance.ts';
import { addLoad, type Loads, loadsOf } from '../../model/loads.ts';

/**
 * An integral assignment copy by copy, as local search moves it about. A unit is one copy of a task, in the order of the
 * tasks; its place is a node copy, or −1 for none.
 */
export class Units {
  readonly instance: Instance;
  readonly task: Int32Array; // units → task
  readonly pair: Int32Array; // units → pair where it is, −1 unplaced
  readonly at: Int32Array; // units → place
  readonly on: number[][]; // node copies → units there
  readonly loads: Loads;

  constructor(instance: Instance, assignment: Assignment) {
    this.instance = instance;
    this.at = placesOf(instance, assignment);
    this.task = tasksOf(instance, this.at.length);
    this.pair = this.at.map((copy, unit) => (copy < 0 ? -1 : pairAt(instance, this.task[unit]!, copy)));
    this.on = Array.from({ length: instance.nodes.copies }, () => []);
    for (let unit = 0; unit < this.at.length; unit++) if (this.at[unit]! >= 0) this.on[this.at[unit]!]!.push(unit);
    this.loads = loadsOf(instance, assignment.placements);
  }

  /** Whether `pair` fits on a node copy once `without` (a pair that is there, or −1) has left it. */
  fits(pair: number, copy: number, without = -1): boolean {
    const { pairs, width, limit } = this.instance;
    const row = pairs.row[pair]! * width;
    const q = pairs.node[pair]! * width;
    const leaving = without < 0 ? -1 : pairs.row[without]! * width;
    for (let k = 0; k < width; k++) {
      const d = pairs.demand[row + k]!;
      const freed = leaving < 0 ? 0 : pairs.demand[leaving + k]!;
      if (d > 0 && this.loads[copy * width + k]! - freed + d > limit[q + k]!) return false;
    }
    return true;
  }

  /** Puts a unit on a node copy, or nowhere (pair and copy −1). */
  move(unit: number, pair: number, copy: number): void {
    const from = this.at[unit]!;
    if (from >= 0) {
      addLoad(this.instance, this.loads, this.pair[unit]!, from, -1);
      const there = this.on[from]!;
      there[there.indexOf(unit)] = there[there.length - 1]!;
      there.pop();
    }
    if (copy >= 0) {
      addLoad(this.instance, this.loads, pair, copy, 1);
      this.on[copy]!.push(unit);
    }
    this.pair[unit] = pair;
    this.at[unit] = copy;
  }

  assignment(): Assignment {
    return assignmentAt(this.instance, this.at);
  }
}

/** Each unit's task. */
export function tasksOf({ count }: Instance, units: number): Int32Array {
  const task = new Int32Array(units);
  let unit = 0;
  count.forEach((copies, i) => {
    task.fill(i, unit, unit + copies);
    unit += copies;
  });
  return task;
}

/** Each unit's place in an integral assignment. */
export function placesOf({ count }: Instance, { placements }: Assignment): Int32Array {
  const next = new Int32Array(count.length); // tasks → its first unit without a place
  let units = 0;
  count.forEach((copies, i) => {
    next[i] = units;
    units += copies;
  });
  const at = new Int32Array(units).fill(-1);
  for (const { task, copy, amount } of placements) {
    at.fill(copy, next[task]!, next[task]! + amount);
    next[task]! += amount;
  }
  return at;
}

/** The assignment in which each unit is at its place. */
export function assignmentAt(instance: Instance, places: ArrayLike<number>): Assignment {
  const placements: Placement[] = [];
  let unit = 0;
  for (let task = 0; task < instance.tasks; task++) {
    const onCopy = new Map<number, number>(); // node copy → copies of this task
    for (const end = unit + instance.count[task]!; unit < end; unit++) {
      const copy = places[unit]!;
      if (copy >= 0) onCopy.set(copy, (onCopy.get(copy) ?? 0) + 1);
    }
    for (const [copy, amount] of onCopy) placements.push({ task, pair: pairAt(instance, task, copy), copy, amount });
  }
  return assignmentOf(instance, placements);
}
