import type { NodeClasses } from './node-classes.ts';
import { NOT_YET, Places } from './places.ts';
import {
  durationOf,
  FIT,
  failedLabel,
  freeOf,
  groupLabels,
  hostileTaint,
  missingLabel,
  type NodeCopy,
  nodeCopies,
  shareLeft,
  unmetCost,
} from './rules.ts';
import { doubled, sharedIntegers, sharedNumbers } from './shared-arrays.ts';
import type { Task, Window, WindowNode } from './window.ts';

/**
 * The pairs (task entry, node class) that may run, and nothing else. Those of task i are `start[i] ≤ p < start[i + 1]`,
 * in the order of the classes.
 */
export interface Pairs {
  readonly start: Int32Array; // tasks + 1
  readonly node: Int32Array; // pairs → node class
  readonly time: Float64Array; // pairs → seconds of one copy; the same memory as `cost` where that is all a copy costs
  readonly cost: Float64Array; // pairs → cost of one whole copy, ≥ 0
  readonly row: Int32Array; // pairs → row of `demand`
  readonly demand: Float64Array; // rows × resources, row-major: what one copy takes there
}

/** Finds every pair that may run, with its time, cost and demand. `home`: tasks → the node copy it runs on now, −1 when new. */
export function findPairs(window: Window, resources: readonly string[], nodes: NodeClasses, home: Int32Array): Pairs {
  const allowed = ruleMasks(window, nodes);
  const unmet = unmetCosts(nodes);
  const pinnedTo = window.tasks.some((task) => task.pinned) ? nodeCopies(window) : null;
  const start = new Int32Array(window.tasks.length + 1);
  const found = new GrowingPairs(window.tasks.length * nodes.classes, costsItsTime(window, nodes, home));
  const places = new Places(window, resources, nodes);
  const terms = termsOf(window, resources, nodes);
  window.tasks.forEach((task, i) => {
    places.begin(task);
    const allows = task.pinned ? pinMask(window, task, nodes, pinnedTo) : allowed(task);
    const columns = found.roomFor(nodes.classes);
    const end = addPairs(task, window.times?.[i], allows, places, terms, columns, found.length);
    const here = home[i]! < 0 ? -1 : nodes.classOf[home[i]!]!;
    addFixedCosts(columns, found.length, end, unmet(task), here, task.moveCost);
    found.length = end;
    start[i + 1] = found.length;
  });
  return { start, ...found.trimmed(), demand: places.rows.trimmed() };
}

/** Whether each copy costs the seconds that it takes, on every node. */
const costsItsTime = ({ objective, tasks }: Window, { representative }: NodeClasses, home: Int32Array): boolean =>
  (objective === 'time' || (objective === 'price' && representative.every(({ entry }) => entry.price === 1))) &&
  tasks.every(
    ({ weight, prefers, moveCost }, i) => weight === 1 && prefers.length === 0 && !(home[i]! >= 0 && moveCost > 0),
  );

/** What classes are to every task. */
interface Terms {
  readonly nodes: NodeClasses;
  readonly most: Float64Array; // classes × resources: the largest demand that has a place on the empty node
  readonly speed: Float64Array; // classes
  readonly price: Float64Array | null; // classes → cost of a second; null: the weighed demand
}

function termsOf(window: Window, resources: readonly string[], nodes: NodeClasses): Terms {
  const { representative } = nodes;
  const most = (entry: WindowNode, k: string): number => {
    const free = freeOf(entry, k);
    if (window.mode === 'integral') return free * (1 + FIT);
    return free > 0 ? Number.POSITIVE_INFINITY : 0; // shares of a task fit wherever anything is free
  };
  const { objective } = window;
  return {
    nodes,
    most: Float64Array.from(representative.flatMap(({ entry }) => resources.map((k) => most(entry, k)))),
    speed: Float64Array.from(representative, ({ entry }) => entry.speed),
    price:
      objective === 'resource-time'
        ? null
        : Float64Array.from(representative, ({ entry }) => (objective === 'price' ? entry.price : 1)),
  };
}

/** Writes the pairs of a task from `at` on and returns where they end. The innermost loop of the model. */
function addPairs(
  task: Task,
  times: readonly (number | null)[] | undefined,
  allows: Uint8Array,
  places: Places,
  { nodes, most, speed, price }: Terms,
  { node, time, cost, row }: Omit<Pairs, 'start' | 'demand'>,
  at: number,
): number {
  const { placeOf, row: rowAt, demand, weighed, duration: exact } = places;
  const { representative } = nodes;
  const width = most.length / nodes.classes;
  const left = shareLeft(task);
  const duration = durationOf(task);
  const { weight } = task;
  let p = at;
  for (let q = 0; q < nodes.classes; q++) {
    if (allows[q] === 0) continue;
    const given = times ? times[representative[q]!.index]! : undefined;
    if (given === null) continue;
    const place = placeOf[q]!;
    if (rowAt[place] === NOT_YET) places.look(task, place);

    // whether one copy fits the empty node
    let fits = true;
    for (let k = 0; k < width; k++) if (demand[place * width + k]! > most[q * width + k]!) fits = false;
    if (!fits) continue;
    const fixed = exact[place]!; // NaN where `on` sets none
    const seconds = given === undefined ? left * (fixed > 0 ? fixed : duration / speed[q]!) : +given;
    node[p] = q;
    row[p] = rowAt[place]!;
    time[p] = seconds;
    cost[p] = weight * (price ? seconds * price[q]! : weighed[place]! * seconds);
    p++;
  }
  return p;
}

/** Adds to pairs `from` to `end` what does not depend on time: preferences unmet (by class), and moving away from class `here`. */
function addFixedCosts(
  { node, cost }: Pick<Pairs, 'node' | 'cost'>,
  from: number,
  end: number,
  unmet: Float64Array | null,
  here: number,
  moveCost: number,
): void {
  for (let p = from; unmet && p < end; p++) cost[p]! += unmet[node[p]!]!;
  for (let p = from; here >= 0 && moveCost > 0 && p < end; p++) if (node[p] !== here) cost[p]! += moveCost;
}

/** The one class that a pinned task may run on, if its rules and the node it is pinned to allow it. */
function pinMask(window: Window, task: Task, nodes: NodeClasses, copies: Map<string, NodeCopy> | null): Uint8Array {
  const mask = new Uint8Array(nodes.classes);
  const pin = task.current === undefined ? undefined : copies?.get(task.current);
  if (pin) mask[nodes.classOf[pin.index]!] = allows(window, task, pin) ? 1 : 0;
  return mask;
}

/** Per task that is not pinned, which classes its label rules, the taints and drains allow (1 = yes); tasks with the same rules share a mask. */
function ruleMasks(window: Window, nodes: NodeClasses): (task: Task) => Uint8Array {
  const masks = new Map<string, Uint8Array>();
  return (task) => {
    const key = JSON.stringify([task.requires ?? 0, task.tolerates, groupLabels(window, task)]);
    let mask = masks.get(key);
    if (!mask) {
      mask = Uint8Array.from(nodes.representative, (node) => (allows(window, task, node) ? 1 : 0));
      masks.set(key, mask);
    }
    return mask;
  };
}

/** Per task with preferences, classes → cost of those unmet; null without. Tasks with the same ones share them. */
function unmetCosts(nodes: NodeClasses): (task: Task) => Float64Array | null {
  const known = new Map<string, Float64Array>();
  return (task) => {
    if (task.prefers.length === 0) return null;
    const key = JSON.stringify(task.prefers);
    const costs = known.get(key) ?? Float64Array.from(nodes.representative, (node) => unmetCost(task, node));
    known.set(key, costs);
    return costs;
  };
}

/** Whether drain, taints, label rules and the labels of its group let a task on a node. */
function allows(window: Window, task: Task, node: NodeCopy): boolean {
  if (node.entry.drain && !(task.pinned && task.current === node.id)) return false;
  return (
    hostileTaint(task, node.entry) === null &&
    failedLabel(task.requires, node) === null &&
    missingLabel(window, task, node) === null
  );
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

  /** `costsItsTime`: times and costs are the same numbers, kept once. */
  constructor(most: number, costsItsTime: boolean) {
    const room = Math.min(most, FIRST_PAIRS);
    this.#node = sharedIntegers(room);
    this.#row = sharedIntegers(room);
    this.#cost = sharedNumbers(room);
    this.#time = costsItsTime ? this.#cost : sharedNumbers(room);
  }

  /** The columns, with room for so many more pairs. */
  roomFor(more: number) {
    while (this.length + more > this.#node.length) {
      this.#node = doubled(this.#node, sharedIntegers);
      this.#row = doubled(this.#row, sharedIntegers);
      const same = this.#time === this.#cost;
      this.#cost = doubled(this.#cost, sharedNumbers);
      this.#time = same ? this.#cost : doubled(this.#time, sharedNumbers);
    }
    return { node: this.#node, row: this.#row, time: this.#time, cost: this.#cost };
  }

  trimmed() {
    const n = this.length;
    const cost = this.#cost.subarray(0, n);
    return {
      node: this.#node.subarray(0, n),
      time: this.#time === this.#cost ? cost : this.#time.subarray(0, n),
      cost,
      row: this.#row.subarray(0, n),
    };
  }
}
