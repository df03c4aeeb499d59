import type { Instance } from './instance.ts';
import { FIT } from './rules.ts';

/**
 * What a Lagrangian dual minimises: the cost, at fixed unplaced counts, or the unplaced copies of one tier.
 * Each tier's unplaced copies are either fixed (their price is then free, and chosen best) or priced.
 */
export interface DualObjective {
  readonly cost: Float64Array | null; // pairs → cost; null: all 0
  readonly fixed: Float64Array; // tiers → unplaced copies of tasks that have pairs; −1: not fixed but priced
  readonly priced: Float64Array; // tiers → price of one unplaced copy, where not fixed
}

/** The cost at the unplaced copies per tier that an assignment has (`unplaced`: tasks → copies). */
export function costDual(instance: Instance, unplaced: Float64Array): DualObjective {
  const fixed = new Float64Array(instance.tiers.length);
  for (let i = 0; i < instance.tasks; i++) if (hasPairs(instance, i)) fixed[instance.tier[i]!]! += unplaced[i]!;
  return { cost: instance.pairs.cost, fixed, priced: fixed };
}

/** The unplaced copies of tier t, those of the tiers before it fixed at `proven` (tiers → copies of tasks that have pairs). */
export function tierDual(instance: Instance, t: number, proven: ArrayLike<number>): DualObjective {
  const tiers = instance.tiers.length;
  return {
    cost: null,
    fixed: Float64Array.from({ length: tiers }, (_, s) => (s < t ? proven[s]! : -1)),
    priced: Float64Array.from({ length: tiers }, (_, s) => (s === t ? 1 : 0)),
  };
}

/** Whether a task may run anywhere at all; one that may not is a constant in every bound. */
export const hasPairs = ({ pairs }: Instance, i: number): boolean => pairs.start[i + 1]! > pairs.start[i]!;

/** Copies per tier that may run nowhere: a lower limit of its unplaced copies that needs no proof. */
export function homelessCopies(instance: Instance): Float64Array {
  const copies = new Float64Array(instance.tiers.length);
  for (let i = 0; i < instance.tasks; i++) if (!hasPairs(instance, i)) copies[instance.tier[i]!]! += instance.count[i]!;
  return copies;
}

export interface DualValue {
  readonly value: number; // a proven lower limit of the objective, by weak duality
  readonly tierPrices: Float64Array; // tiers → π; Infinity where no copy is unplaced
}

/**
 * The dual function at capacity prices λ ≥ 0 (node classes × resources):
 *
 *     Σ_i count_i · min(min_j (cost_ij + Σ_k λ_jk d_ijk), π_tier(i)) − Σ_tier π u − Σ_j size_j max(0, Σ_k λ_jk free_jk − opening_j)
 *
 * with the best π for these λ, found exactly: tier by tier, π is the least reduced cost at which the copies above
 * it number no more than are unplaced.
 */
export function dualValue(instance: Instance, objective: DualObjective, prices: Float64Array): DualValue {
  return dualAt(instance, objective, prices, leastReducedCosts(instance, objective.cost, prices));
}

/** The same where the least reduced costs (tasks, Infinity without pairs) at these prices are known. */
export function dualAt(
  instance: Instance,
  objective: DualObjective,
  prices: Float64Array,
  least: Float64Array,
): DualValue {
  const tierPrices = bestTierPrices(instance, objective, least);
  let value = 0;
  for (let i = 0; i < instance.tasks; i++) {
    if (hasPairs(instance, i)) value += instance.count[i]! * Math.min(least[i]!, tierPrices[instance.tier[i]!]!);
  }
  objective.fixed.forEach((copies, t) => {
    if (copies > 0) value -= tierPrices[t]! * copies;
  });
  return { value: value - worthOfCapacity(instance, prices, objective.cost !== null), tierPrices };
}

/** Tasks → the least cost (null: 0) plus capacity prices over its pairs, Infinity without pairs: what a copy is worth at these prices. */
export function leastReducedCosts(
  { pairs, width, tasks }: Pick<Instance, 'pairs' | 'width' | 'tasks'>,
  cost: Float64Array | null,
  prices: Float64Array,
): Float64Array {
  const least = new Float64Array(tasks);
  for (let i = 0; i < tasks; i++) {
    let best = Number.POSITIVE_INFINITY;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      const reduced = reducedCost(pairs, width, cost ? cost[p]! : 0, prices, p);
      if (reduced < best) best = reduced;
    }
    least[i] = best;
  }
  return least;
}

/** Where pairs are, and what they demand. */
type Places = Pick<Instance['pairs'], 'node' | 'row' | 'demand'>;

/** What a copy on pair p costs, and the capacity that it takes at prices. Every method's inner loop. */
export function reducedCost(pairs: Places, width: number, cost: number, prices: Float64Array, p: number): number {
  let reduced = cost;
  let row = pairs.row[p]! * width;
  let at = pairs.node[p]! * width;
  for (const end = at + width; at < end; at++, row++) reduced += prices[at]! * pairs.demand[row]!;
  return reduced;
}

/** Pairs → {@link reducedCost}. */
export const reducedCosts = (
  { pairs, width }: { readonly pairs: Places; readonly width: number },
  cost: Float64Array,
  prices: Float64Array,
): Float64Array => cost.map((own, p) => reducedCost(pairs, width, own, prices, p));

/**
 * Pairs → what a copy there costs more, capacity prices included, than its task's least (that of leaving it unplaced
 * included): by weak duality no assignment with a whole copy there costs less than the dual function's value and this.
 */
export function excessCosts(
  instance: Instance,
  cost: Float64Array,
  prices: Float64Array,
  { tierPrices }: DualValue,
): Float64Array {
  const { pairs, tasks, tier } = instance;
  const excess = reducedCosts(instance, cost, prices);
  for (let i = 0; i < tasks; i++) {
    const end = pairs.start[i + 1]!;
    let least = tierPrices[tier[i]!]!;
    for (let p = pairs.start[i]!; p < end; p++) least = Math.min(least, excess[p]!);
    for (let p = pairs.start[i]!; p < end; p++) excess[p]! -= least;
  }
  return excess;
}

/** Per tier, the price of an unplaced copy that makes the dual function largest, given each task's least reduced cost. */
export function bestTierPrices(
  instance: Instance,
  { fixed, priced }: DualObjective,
  least: Float64Array,
): Float64Array {
  return Float64Array.from(fixed, (copies, t) => {
    if (copies < 0) return priced[t]!;
    if (copies === 0) return Number.POSITIVE_INFINITY;
    const members = instance.tierTasks[t]!.filter((i) => least[i] !== Number.POSITIVE_INFINITY);
    members.sort((a, b) => least[b]! - least[a]!);
    let above = 0;
    for (const i of members) {
      above += instance.count[i]!;
      if (above >= copies) return least[i]!;
    }
    return 0;
  });
}

/** Resources → the least that all copies but those unplaced demand, where the unplaced copies of every tier are fixed. */
export function leastDemands(instance: Instance, { fixed }: DualObjective): Float64Array {
  const { pairs, width, tasks, count, tierTasks } = instance;
  return Float64Array.from({ length: width }, (_, k) => {
    const least = new Float64Array(tasks).fill(Number.POSITIVE_INFINITY);
    for (let i = 0; i < tasks; i++)
      for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++)
        least[i] = Math.min(least[i]!, pairs.demand[pairs.row[p]! * width + k]!);
    let demand = 0;
    fixed.forEach((unplaced, t) => {
      // those unplaced are the ones that demand most
      const members = tierTasks[t]!.filter((i) => least[i] !== Number.POSITIVE_INFINITY);
      members.sort((a, b) => least[b]! - least[a]!);
      let out = unplaced;
      for (const i of members) {
        const placed = Math.max(0, count[i]! - out);
        out -= count[i]! - placed;
        demand += placed * least[i]!;
      }
    });
    return demand;
  });
}

/** What the tolerance on capacities may make of a value of the dual function: a node may hold FIT more than is free. */
export const toleranceOf = (instance: Instance, prices: Float64Array): number =>
  FIT * worthOfCapacity(instance, prices, false);

/** Σ_j size_j max(0, Σ_k λ_jk free_jk − opening_j), opening costs where the objective is the cost. */
function worthOfCapacity({ size, free, width, opening }: Instance, prices: Float64Array, opens: boolean): number {
  let worth = 0;
  if (!opening || !opens) {
    for (let at = 0; at < prices.length; at++) worth += size[Math.floor(at / width)]! * prices[at]! * free[at]!;
    return worth;
  }
  for (let q = 0; q < size.length; q++) {
    let net = -opening[q]!;
    for (let k = 0; k < width; k++) net += prices[q * width + k]! * free[q * width + k]!;
    if (net > 0) worth += size[q]! * net;
  }
  return worth;
}
