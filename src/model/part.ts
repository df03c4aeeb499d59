import { type Instance, nodeName } from './instance.ts';
import type { NodeClasses } from './node-classes.ts';
import { sharedIntegers, sharedNumbers } from './shared-arrays.ts';

/** An instance without its window: all that methods look at. */
export type Numbers = Omit<Instance, 'window'>;

/**
 * Some tasks of an instance, the *whole*, and the nodes they may run on, as an instance of its own: entries that are all
 * the same are one task with the copies of all.
 */
export interface Part {
  readonly numbers: Numbers;
  readonly entries: readonly Int32Array[]; // tasks → the tasks of the whole that each stands for, in their order
  readonly classes: Int32Array; // node classes → class of the whole
  readonly copies: Int32Array; // node copies → copy of the whole
}

/** The part made of these groups of equal tasks of the whole. Pairs are in shared memory, demand is that of the whole. */
export function partOf(whole: Numbers, entries: readonly Int32Array[]): Part {
  const { pairs, width } = whole;
  const first = Int32Array.from(entries, (group) => group[0]!);
  const reached = new Uint8Array(whole.nodes.classes);
  const start = new Int32Array(first.length + 1);
  first.forEach((i, task) => {
    start[task + 1] = start[task]! + pairs.start[i + 1]! - pairs.start[i]!;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) reached[pairs.node[p]!] = 1;
  });
  const classes = Int32Array.from(reached.keys()).filter((q) => reached[q] === 1);
  const numberOf = new Int32Array(whole.nodes.classes); // classes of the whole → class
  classes.forEach((q, at) => {
    numberOf[q] = at;
  });
  const copies = membersOf(whole.nodes, classes);

  const many = start[first.length]!;
  const node = sharedIntegers(many);
  const row = sharedIntegers(many);
  const cost = sharedNumbers(many);
  const time = pairs.time === pairs.cost ? cost : sharedNumbers(many);
  first.forEach((i, task) => {
    const [from, to] = [pairs.start[i]!, pairs.start[i + 1]!];
    for (let p = from, at = start[task]!; p < to; p++, at++) node[at] = numberOf[pairs.node[p]!]!;
    row.set(pairs.row.subarray(from, to), start[task]!);
    cost.set(pairs.cost.subarray(from, to), start[task]!);
    if (time !== cost) time.set(pairs.time.subarray(from, to), start[task]!);
  });

  const tier = Int32Array.from(first, (i) => whole.tier[i]!);
  const numbers: Numbers = {
    ...whole,
    tasks: first.length,
    count: Float64Array.from(entries, (group) => group.reduce((sum, i) => sum + whole.count[i]!, 0)),
    tier,
    tierTasks: whole.tiers.map((_, t) => Int32Array.from(tier.keys()).filter((i) => tier[i] === t)),
    nodes: nodesOf(whole.nodes, classes, copies, numberOf),
    size: Float64Array.from(classes, (q) => whole.size[q]!),
    capacity: perClass(whole.capacity, classes, width),
    free: perClass(whole.free, classes, width),
    limit: perClass(whole.limit, classes, width),
    pairs: { start, node, time, cost, row, demand: pairs.demand },
  };
  return { numbers, entries, classes, copies };
}

/** A part with a window for its options and names: those of first entries and of node copies of the whole. */
export function namedPart(whole: Instance, { numbers, entries, copies }: Part): Instance {
  const { times, ...window } = whole.window;
  const tasks = entries.map((group, task) => ({ ...whole.window.tasks[group[0]!]!, count: numbers.count[task]! }));
  const nodes = Array.from(copies, (copy) => {
    const entry = whole.window.nodes[whole.nodes.entryOf[copy]!]!;
    return { ...entry, id: nodeName(whole, copy), count: 1 };
  });
  return { ...numbers, window: { ...window, tasks, nodes } };
}

/** Node copies of these classes, in the order of the window. */
function membersOf({ member, memberStart }: NodeClasses, classes: Int32Array): Int32Array {
  const ranges = Array.from(classes, (q) => member.subarray(memberStart[q]!, memberStart[q + 1]!));
  const copies = new Int32Array(ranges.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const range of ranges) {
    copies.set(range, at);
    at += range.length;
  }
  return copies.sort();
}

/** Of values by class and resource those of some classes. */
export const perClass = (values: Float64Array, classes: Int32Array, width: number): Float64Array =>
  Float64Array.from(
    { length: classes.length * width },
    (_, at) => values[classes[Math.floor(at / width)]! * width + (at % width)]!,
  );

/** Some classes of nodes by themselves, each copy an entry of its own. */
function nodesOf(whole: NodeClasses, classes: Int32Array, copies: Int32Array, numberOf: Int32Array): NodeClasses {
  const classOf = Int32Array.from(copies, (copy) => numberOf[whole.classOf[copy]!]!);
  const memberStart = new Int32Array(classes.length + 1);
  for (const q of classOf) memberStart[q + 1]!++;
  for (let q = 0; q < classes.length; q++) memberStart[q + 1]! += memberStart[q]!;
  const next = memberStart.slice();
  const member = new Int32Array(copies.length);
  classOf.forEach((q, copy) => {
    member[next[q]!++] = copy;
  });
  return {
    classes: classes.length,
    copies: copies.length,
    classOf,
    memberStart,
    member,
    representative: [],
    entryOf: Int32Array.from(copies.keys()),
    entryStart: Int32Array.from({ length: copies.length + 1 }, (_, copy) => copy),
  };
}
