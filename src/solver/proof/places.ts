import type { Domains } from './domains.ts';
import type { ProofProblem } from './problem.ts';

/** Cost of the sets `x` (cells → copies), those of alike bins as often as there are bins. */
export function costOfSets({ start, cost }: ProofProblem, domains: Domains, x: Int32Array): number {
  let total = 0;
  for (let b = 0; b < domains.bins; b++) {
    if (domains.size[b] === 0) continue;
    const q = domains.kind[b]!;
    for (let e = start[q]!; e < start[q + 1]!; e++)
      total += domains.size[b]! * x[domains.base[b]! + e - start[q]!]! * cost[e]!;
  }
  return total;
}

/** Units → node copy where the sets `x` (cells → copies), which hold every copy once, put it; −1 outside. */
export function placesOfSets(problem: ProofProblem, domains: Domains, x: Int32Array): Int32Array {
  const { instance, start, task, taskOf, classes } = problem;
  const { count, nodes } = instance;
  const next = new Int32Array(instance.tasks); // tasks → first unit without a place
  let units = 0;
  for (let i = 0; i < instance.tasks; i++) {
    next[i] = units;
    units += count[i]!;
  }
  const places = new Int32Array(units).fill(-1);
  for (let q = 0; q < classes; q++) {
    let member = nodes.memberStart[q]!;
    for (let b = domains.firstBin[q]!; b < domains.firstBin[q + 1]!; b++) {
      for (let twin = 0; twin < domains.size[b]!; twin++) {
        const copy = nodes.member[member++]!;
        for (let e = start[q]!; e < start[q + 1]!; e++)
          for (let c = x[domains.base[b]! + e - start[q]!]!; c > 0; c--) places[next[taskOf[task[e]!]!]!++] = copy;
      }
    }
  }
  return places;
}
