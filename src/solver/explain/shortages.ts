import type { Shortage } from '../../model/answer.ts';
import { hasPairs } from '../../model/dual.ts';
import { type Instance, nodeName } from '../../model/instance.ts';

/** Pairs, and sets of nodes, up to which tasks are told apart by where they may run. */
const MOST_PAIRS = 500_000;
const MOST_SETS = 200;

/**
 * Resources of which tasks take more than the nodes have that they are confined to, even if they could be split: the sum of
 * their least demands against the sum of what is free, for all nodes and for each set of nodes that some task is confined
 * to (Hall's condition for these sets, summed). Of each resource the largest share short.
 */
export function shortagesOf(instance: Instance): Shortage[] {
  const { resources, width, free, size } = instance;
  const worst: (Shortage | null)[] = resources.map(() => null);
  for (const set of confinements(instance)) {
    const inside = membersOf(instance, set);
    const demanded = new Float64Array(width);
    for (const i of inside) addLeast(instance, i, demanded);
    resources.forEach((resource, k) => {
      let available = 0;
      set.forEach((has, q) => {
        if (has) available += size[q]! * free[q * width + k]!;
      });
      const short = demanded[k]! - available;
      if (short <= 1e-9 * demanded[k]!) return;
      const known = worst[k];
      if (known && short / demanded[k]! <= (known.short / known.demanded) * (1 + 1e-9)) return;
      const nodes = set.every((has) => has === 1) ? null : namesOf(instance, set);
      worst[k] = { resource, short, demanded: demanded[k]!, free: available, tasks: inside.length, nodes };
    });
  }
  return worst.filter((each) => each !== null).sort((a, b) => b.short / b.demanded - a.short / a.demanded);
}

/** Sets of node classes (1 = in it): all of them, and where some task may run, without repetition. */
function confinements({ pairs, nodes, tasks }: Instance): Uint8Array[] {
  const whole = new Uint8Array(nodes.classes).fill(1);
  if (pairs.node.length > MOST_PAIRS) return [whole];
  const sets = new Map<string, Uint8Array>([[[...whole.keys()].join(), whole]]);
  for (let i = 0; i < tasks; i++) {
    const here = pairs.node.subarray(pairs.start[i]!, pairs.start[i + 1]!);
    const key = here.join();
    if (here.length === 0 || sets.has(key)) continue;
    if (sets.size > MOST_SETS) return [whole];
    const set = new Uint8Array(nodes.classes);
    for (const q of here) set[q] = 1;
    sets.set(key, set);
  }
  return [...sets.values()];
}

/** Tasks that may run on nodes of a set only. */
const membersOf = (instance: Instance, set: Uint8Array): number[] =>
  Array.from({ length: instance.tasks }, (_, i) => i).filter((i) => {
    const { pairs } = instance;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) if (set[pairs.node[p]!] === 0) return false;
    return hasPairs(instance, i);
  });

/** Adds what all copies of a task take at least, wherever they run. */
function addLeast({ pairs, count, width }: Instance, i: number, sums: Float64Array): void {
  for (let k = 0; k < width; k++) {
    let least = Number.POSITIVE_INFINITY;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++)
      least = Math.min(least, pairs.demand[pairs.row[p]! * width + k]!);
    sums[k]! += count[i]! * least;
  }
}

const namesOf = (instance: Instance, set: Uint8Array): string[] =>
  Array.from(instance.nodes.classOf.keys())
    .filter((copy) => set[instance.nodes.classOf[copy]!] === 1)
    .map((copy) => nodeName(instance, copy));
