import { type Assignment, assignmentOf } from './assignment.ts';
import type { Instance } from './instance.ts';
import { type Numbers, type Part, partOf } from './part.ts';

/** Parts of an instance that have nothing to do with each other: no task of one may run on a node of another. */
export interface Components {
  readonly count: number;
  readonly ofTask: Int32Array; // tasks → component, numbered by their first tasks; −1: may run nowhere
}

/** Finds what is connected by the pairs that may run. */
export function components({ pairs, tasks, nodes }: Pick<Instance, 'pairs' | 'tasks' | 'nodes'>): Components {
  // classes of nodes that some task may run on both: union-find, paths halved (Tarjan, van Leeuwen 1984)
  const parent = Int32Array.from({ length: nodes.classes }, (_, q) => q);
  const root = (q: number): number => {
    let at = q;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  let separate = nodes.classes;
  for (let i = 0; i < tasks && separate > 1; i++) {
    const first = pairs.start[i]!;
    for (let p = first + 1; p < pairs.start[i + 1]!; p++) {
      const a = root(pairs.node[first]!);
      const b = root(pairs.node[p]!);
      if (a === b) continue;
      parent[b] = a;
      separate--;
    }
  }

  const number = new Int32Array(nodes.classes).fill(-1); // roots → component
  let count = 0;
  const ofTask = Int32Array.from({ length: tasks }, (_, i) => {
    if (pairs.start[i] === pairs.start[i + 1]) return -1;
    const at = root(pairs.node[pairs.start[i]!]!);
    if (number[at]! < 0) number[at] = count++;
    return number[at]!;
  });
  return { count, ofTask };
}

/** Some components (default: all) as instances of their own, in their order. */
export function componentParts(
  whole: Numbers,
  { count, ofTask }: Components,
  some: readonly number[] = Array.from({ length: count }, (_, component) => component),
): Part[] {
  const entries: Int32Array[][] = Array.from({ length: count }, () => []);
  ofTask.forEach((component, i) => {
    if (component >= 0) entries[component]!.push(Int32Array.of(i));
  });
  return some.map((component) => partOf(whole, entries[component]!));
}

/** Components → cost of an assignment there. */
export function costsOf({ pairs }: Instance, { count, ofTask }: Components, { placements }: Assignment): Float64Array {
  const cost = new Float64Array(count);
  for (const { task, pair, amount } of placements) cost[ofTask[task]!]! += amount * pairs.cost[pair]!;
  return cost;
}

/** An assignment made of two: in each component as in the better one. Null where one of them is nowhere worse. */
export function crossed(
  instance: Instance,
  { count, ofTask }: Components,
  a: Assignment,
  b: Assignment,
): Assignment | null {
  // components × (unplaced copies by tier, cost)
  const width = instance.tiers.length + 1;
  const standings = ({ placements, unplaced }: Assignment): Float64Array => {
    const standing = new Float64Array(count * width);
    unplaced.forEach((copies, i) => {
      if (ofTask[i]! >= 0) standing[ofTask[i]! * width + instance.tier[i]!]! += copies;
    });
    for (const { task, pair, amount } of placements)
      standing[ofTask[task]! * width + width - 1]! += amount * instance.pairs.cost[pair]!;
    return standing;
  };
  const [ofA, ofB] = [standings(a), standings(b)];
  const betterInB = Uint8Array.from({ length: count }, (_, component) => {
    for (let at = component * width; at < (component + 1) * width; at++)
      if (ofA[at] !== ofB[at]) return ofB[at]! < ofA[at]! ? 1 : 0;
    return 2; // the same
  });
  if (!betterInB.includes(0) || !betterInB.includes(1)) return null;
  const fromB = (task: number) => betterInB[ofTask[task]!] === 1;
  return assignmentOf(instance, [
    ...a.placements.filter(({ task }) => !fromB(task)),
    ...b.placements.filter(({ task }) => fromB(task)),
  ]);
}
