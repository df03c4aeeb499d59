import type { Lagrangian } from './lagrangian.ts';

/**
 * Strong fixing at the duals priced last, whose bound is `bound`: a slot without which, or with which, its node earns so
 * much less that the bound passes the cut-off is taken, or ruled out (Pigatti, Poggi de Aragão, Uchoa 2005 fix by reduced
 * costs; here each node's knapsack is solved again with the unit forced in or out). Returns whether the domain is not empty.
 */
export function fix(lagrangian: Lagrangian, duals: Float64Array, bound: number, cutoff: number): boolean {
  const { domain, packed, worth } = lagrangian;
  const { nodes, nodeStart, unitOf, cost } = domain.problem;
  const slack = cutoff - bound;
  const taken: number[] = [];
  const maybe: number[] = [];
  for (let j = 0; j < nodes; j++) {
    lagrangian.prepare(j, duals);
    maybe.length = 0;
    for (let slot = nodeStart[j]!; slot < nodeStart[j + 1]!; slot++) {
      const unit = unitOf[slot]!;
      if (domain.allowed[slot] === 0 || domain.home[unit]! >= 0) continue;
      const profit = duals[unit]! - cost[slot]!;
      const least = worth[j]! - slack;
      if (packed[slot] === 1) {
        if (profit <= slack) continue;
        if (lagrangian.limitBeside(slot, false) <= least) taken.push(slot);
        else maybe.push(slot);
      } else if (lagrangian.limitBeside(slot, true) <= least - profit) {
        if (!domain.forbid(slot)) return false;
      } else maybe.push(slot);
    }
    for (const slot of maybe) {
      const least = worth[j]! - slack;
      if (packed[slot] === 1) {
        if (!lagrangian.couldEarn(j, duals, slot, false, least)) taken.push(slot);
      } else if (!lagrangian.couldEarn(j, duals, slot, true, least - duals[unitOf[slot]!]! + cost[slot]!)) {
        if (!domain.forbid(slot)) return false;
      }
    }
  }
  for (const slot of taken) if (!domain.settle(slot)) return false;
  return domain.propagate();
}
