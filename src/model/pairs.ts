import type { NodeClasses } from './node-classes.ts';
import {
  durationOf,
  FIT,
  failedLabel,
  freeOf,
  hostileTaint,
  type NodeCopy,
  nodeCopies,
  overrideAt,
  resourceWeights,
  shareLeft,
} from './rules.ts';
import type { Task, Window } from './window.ts';

/**
 * The pairs (task entry, node class) that may run, and nothing else. Those of task i are `start[i] ≤ p < start[i + 1]`,
 * in the order of the classes.
 */
export interface Pairs {
  readonly start: Int32Array; // tasks + 1
  readonly node: Int32Array; // pairs → node class
  readonly time: Float64Array; // pairs → seconds of one copy
  readonly cost: Float64Array; // pairs → cost of one whole copy, ≥ 0
  readonly row: Int32Array; // pairs → row of `demand`
  readonly demand: Float64Array; // rows × resources, row-major: what one copy takes there
}

/** Finds every pair that may run, with its time, cost and demand. */
export function findPairs(window: Window, resources: readonly string[], nodes: NodeClasses): Pairs {
  const width = resources.length;
  const weightOf = resourceWeights(window, resources);
  const weights = resources.map((k) => weightOf[k] ?? 0);
  const free = Float64Array.from(nodes.representative.flatMap(({ entry }) => resources.map((k) => freeOf(entry, k))));
  const whole = window.mode === 'integral';
  const allowed = ruleMasks(nodes);
  const pinnedTo = window.tasks.some((task) => task.pinned) ? nodeCopies(window) : null;
  const start = new Int32Array(window.tasks.length + 1);
  const found = new GrowingPairs();
  const rows = new GrowingRows(width);

  window.tasks.forEach((task, i) => {
    // a pinned task has one class to look at, all others every one that their rules allow
    const pin = task.pinned && task.current !== undefined ? pinnedTo?.get(task.current) : undefined;
    const only = pin ? nodes.classOf[pin.index]! : 0;
    const mask = task.pinned ? null : allowed(task);
    const [first, end] = task.pinned ? (pin ? [only, only + 1] : [0, 0]) : [0, nodes.classes];
    const times = window.times?.[i];
    const base = rows.add(resources.map((k) => task.demand[k] ?? 0));
    const left = shareLeft(task);
    const duration = durationOf(task);
    for (let q = first; q < end; q++) {
      if (mask ? mask[q] === 0 : !allows(task, nodes.representative[q]!)) continue;
      const { entry, id, index } = nodes.representative[q]!;
      const given = times ? times[index]! : undefined;
      if (given === null || (task.pinned && task.current !== id)) continue;

      // what `on` says of this place
      const override = overrideAt(task, nodes.representative[q]!);
      let row = base;
      if (override && Object.keys(override.demand).length > 0)
        row = rows.add(resources.map((k) => override.demand[k] ?? task.demand[k] ?? 0));

      // whether one copy fits the empty node, and what it weighs
      let weighed = 0;
      let fits = true;
      for (let k = 0; k < width; k++) {
        const d = rows.values[row * width + k]!;
        const room = free[q * width + k]!;
        if (d > 0 && (whole ? d > room * (1 + FIT) : room === 0)) fits = false;
        weighed += weights[k]! * d;
      }
      if (!fits) continue;
      const time = given ?? left * (override?.duration ?? duration / entry.speed);
      const term =
        window.objective === 'time' ? time : window.objective === 'price' ? time * entry.price : weighed * time;
      found.add(q, time, task.weight * term, row);
    }
    start[i + 1] = found.length;
  });
  return { start, ...found.trimmed(), demand: rows.trimmed() };
}

/** Per task that is not pinned, which classes its label rules, the taints and drains allow (1 = yes); tasks with the same rules share a mask. */
function ruleMasks(nodes: NodeClasses): (task: Task) => Uint8Array {
  const masks = new Map<string, Uint8Array>();
  return (task) => {
    const key = JSON.stringify([task.requires ?? 0, task.tolerates]);
    let mask = masks.get(key);
    if (!mask) {
      mask = Uint8Array.from(nodes.representative, (node) => (allows(task, node) ? 1 : 0));
      masks.set(key, mask);
    }
    return mask;
  };
}

/** Whether drain, taints and label rules let a task on a node. */
function allows(task: Task, node: NodeCopy): boolean {
  if (node.entry.drain && !(task.pinned && task.current === node.id)) return false;
  return hostileTaint(task, node.entry) === null && failedLabel(task.requires, node) === null;
}

/** The columns of Pairs, doubled when full. */
class GrowingPairs {
  length = 0;
  #node = new Int32Array(1024);
  #row = new Int32Array(1024);
  #time = new Float64Array(1024);
  #cost = new Float64Array(1024);

  add(node: number, time: number, cost: number, row: number): void {
    if (this.length === this.#node.length) {
      this.#node = doubled(this.#node, Int32Array);
      this.#row = doubled(this.#row, Int32Array);
      this.#time = doubled(this.#time, Float64Array);
      this.#cost = doubled(this.#cost, Float64Array);
    }
    const p = this.length++;
    this.#node[p] = node;
    this.#time[p] = time;
    this.#cost[p] = cost;
    this.#row[p] = row;
  }

  trimmed() {
    const n = this.length;
    return {
      node: shared(this.#node.subarray(0, n), Int32Array),
      time: shared(this.#time.subarray(0, n), Float64Array),
      cost: shared(this.#cost.subarray(0, n), Float64Array),
      row: shared(this.#row.subarray(0, n), Int32Array),
    };
  }
}

/** Rows of demand, doubled when full. */
class GrowingRows {
  rows = 0;
  values = new Float64Array(1024);
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
  }

  add(demand: readonly number[]): number {
    while ((this.rows + 1) * this.#width > this.values.length) this.values = doubled(this.values, Float64Array);
    this.values.set(demand, this.rows * this.#width);
    return this.rows++;
  }

  trimmed(): Float64Array {
    return shared(this.values.subarray(0, this.rows * this.#width), Float64Array);
  }
}

/** A copy in shared memory, which other threads read without another copy. */
function shared<T extends Int32Array | Float64Array>(
  values: T,
  Type: { new (memory: SharedArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
): T {
  const copy = new Type(new SharedArrayBuffer(values.length * Type.BYTES_PER_ELEMENT));
  copy.set(values);
  return copy;
}

function doubled<T extends Int32Array | Float64Array>(old: T, Type: new (length: number) => T): T {
  const larger = new Type(2 * old.length);
  larger.set(old);
  return larger;
}
