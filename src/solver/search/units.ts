import { type Assignment, assignmentOf, type Placement } from '../../model/assignment.ts';
import type { Instance } from '../../model/instance.ts';
import { addLoad, type Loads, loadsOf } from '../../model/loads.ts';

/** An integral assignment copy by copy, as local search moves it about. A unit is one copy of a task; `at` −1 is unplaced. */
export class Units {
  readonly instance: Instance;
  readonly task: Int32Array; // units → task
  readonly pair: Int32Array; // units → pair where it is, −1 unplaced
  readonly at: Int32Array; // units → node copy, −1 unplaced
  readonly on: number[][]; // node copies → units there
  readonly loads: Loads;

  constructor(instance: Instance, { placements, unplaced }: Assignment) {
    this.instance = instance;
    const task: number[] = [];
    const pair: number[] = [];
    const at: number[] = [];
    const add = (i: number, p: number, copy: number, many: number) => {
      for (let unit = 0; unit < many; unit++) {
        task.push(i);
        pair.push(p);
        at.push(copy);
      }
    };
    for (const placement of placements) add(placement.task, placement.pair, placement.copy, placement.amount);
    unplaced.forEach((many, i) => {
      add(i, -1, -1, many);
    });
    this.task = Int32Array.from(task);
    this.pair = Int32Array.from(pair);
    this.at = Int32Array.from(at);
    this.on = Array.from({ length: instance.nodes.copies }, () => []);
    for (let u = 0; u < at.length; u++) if (at[u]! >= 0) this.on[at[u]!]!.push(u);
    this.loads = loadsOf(instance, placements);
  }

  /** The pair of a task on the class of a node copy, or −1 where it may not run. */
  pairAt(task: number, copy: number): number {
    const { start, node } = this.instance.pairs;
    const q = this.instance.nodes.classOf[copy]!;
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
    const { copies } = this.instance.nodes;
    const amounts = new Map<number, Placement & { amount: number }>();
    this.at.forEach((copy, unit) => {
      if (copy < 0) return;
      const key = this.pair[unit]! * copies + copy;
      const before = amounts.get(key);
      if (before) before.amount++;
      else amounts.set(key, { task: this.task[unit]!, pair: this.pair[unit]!, copy, amount: 1 });
    });
    return assignmentOf(this.instance, [...amounts.values()]);
  }
}
