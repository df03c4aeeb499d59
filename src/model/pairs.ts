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
  const found = new GrowingPairs(window.tasks.length * nodes.classes);
  const rows = new GrowingRows(width);
  const speed = Float64Array.from(nodes.representative, ({ entry }) => entry.speed);
  const price = Float64Array.from(nodes.representative, ({ entry }) => entry.price);
  const copy = Int32Array.from(nodes.representative, ({ index }) => index);
  const placeOf = overridePlaces(window, nodes);
  const placed = new Array<Place | undefined>(1 + Math.max(0, ...placeOf));
  const weigh = (row: number): number => {
    let weighed = 0;
    for (let k = 0; k < width; k++) weighed += weights[k]! * rows.values[row * width + k]!;
    return weighed;
  };

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
    const plain: Place = { row: base, weighed: weigh(base), duration: undefined };
    placed.fill(undefined);

    /** What `on` says of a class, found once for all classes that it can not tell apart. */
    const placeAt = (q: number): Place => {
      const known = placed[placeOf[q]!];
      if (known) return known;
      const override = overrideAt(task, nodes.representative[q]!);
      let place = plain;
      if (override) {
        const other = Object.keys(override.demand).length > 0;
        const row = other ? rows.add(resources.map((k) => override.demand[k] ?? task.demand[k] ?? 0)) : base;
        place = { row, weighed: other ? weigh(row) : plain.weighed, duration: override.duration };
      }
      placed[placeOf[q]!] = place;
      return place;
    };
    for (let q = first; q < end; q++) {
      if (mask ? mask[q] === 0 : !allows(task, nodes.representative[q]!)) continue;
      const given = times ? times[copy[q]!]! : undefined;
      if (given === null || (task.pinned && task.current !== nodes.representative[q]!.id)) continue;
      const place = task.on ? placeAt(q) : plain;

      // whether one copy fits the empty node
      let fits = true;
      for (let k = 0; k < width; k++) {
        const d = rows.values[place.row * width + k]!;
        const room = free[q * width + k]!;
        if (d > 0 && (whole ? d > room * (1 + FIT) : room === 0)) fits = false;
      }
      if (!fits) continue;
      const time = given ?? left * (place.duration ?? duration / speed[q]!);
      const term =
        window.objective === 'time' ? time : window.objective === 'price' ? time * price[q]! : place.weighed * time;
      found.add(q, time, task.weight * term, place.row);
    }
    start[i + 1] = found.length;
  });
  return { start, ...found.trimmed(), demand: rows.trimmed() };
}

/** What `on` makes of a task at one place: its row of demand, what that weighs, and its duration where that is set. */
interface Place {
  readonly row: number;
  readonly weighed: number;
  readonly duration: number | undefined;
}

/** Classes → numbers, the same for classes that no task's `on` tells apart: those of one kind, unless named by entry or copy. */
function overridePlaces(window: Window, nodes: NodeClasses): Int32Array {
  const named = new Set(window.tasks.flatMap((task) => Object.keys(task.on ?? {})));
  const numbers = new Map<string, number>();
  return Int32Array.from(nodes.representative, ({ entry, id }, q) => {
    const place = named.has(entry.id) || named.has(id) ? `class ${q}` : `kind ${entry.kind ?? ''}`;
    const number = numbers.get(place) ?? numbers.size;
    numbers.set(place, number);
    return number;
  });
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

/** Pairs for which memory is set aside at first, where there may be so many. */
const FIRST_PAIRS = 16_000_000;

/**
 * The columns of Pairs, in shared memory, which other threads read without a copy. Memory set aside but never written
 * costs nothing, so that there is room for all pairs of most windows from the start; beyond that it is doubled.
 */
class GrowingPairs {
  length = 0;
  #node: Int32Array;
  #row: Int32Array;
  #time: Float64Array;
  #cost: Float64Array;

  constructor(most: number) {
    const room = Math.min(most, FIRST_PAIRS);
    this.#node = sharedIntegers(room);
    this.#row = sharedIntegers(room);
    this.#time = sharedNumbers(room);
    this.#cost = sharedNumbers(room);
  }

  add(node: number, time: number, cost: number, row: number): void {
    if (this.length === this.#node.length) {
      this.#node = doubled(this.#node, sharedIntegers);
      this.#row = doubled(this.#row, sharedIntegers);
      this.#time = doubled(this.#time, sharedNumbers);
      this.#cost = doubled(this.#cost, sharedNumbers);
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
      node: this.#node.subarray(0, n),
      time: this.#time.subarray(0, n),
      cost: this.#cost.subarray(0, n),
      row: this.#row.subarray(0, n),
    };
  }
}

/** Rows of demand, doubled when full. */
class GrowingRows {
  rows = 0;
  values = sharedNumbers(1024);
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
  }

  add(demand: readonly number[]): number {
    while ((this.rows + 1) * this.#width > this.values.length) this.values = doubled(this.values, sharedNumbers);
    this.values.set(demand, this.rows * this.#width);
    return this.rows++;
  }

  trimmed(): Float64Array {
    return this.values.subarray(0, this.rows * this.#width);
  }
}

const sharedNumbers = (length: number): Float64Array => new Float64Array(new SharedArrayBuffer(8 * length));
const sharedIntegers = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length));

function doubled<T extends Int32Array | Float64Array>(old: T, make: (length: number) => T): T {
  const larger = make(2 * old.length);
  larger.set(old);
  return larger;
}
