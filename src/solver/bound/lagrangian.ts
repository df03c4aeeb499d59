import { type DualObjective, dualValue } from '../../model/dual.ts';
import type { Instance } from '../../model/instance.ts';
import type { Budget } from '../budget.ts';
import { bestPairs } from '../candidates.ts';
import { folded, kindsOf, unfolded } from '../kinds.ts';
import { blockPrices } from './block-prices.ts';
import { type CapacityRows, rowsOfClasses, rowsOfKinds } from './capacity-rows.ts';
import { maximise } from './newton.ts';
import { SmoothedDual } from './smoothed-dual.ts';

/** Places of each task among which prices are improved between two passes over all pairs. */
const CANDIDATES = 24;
/** The same in divisible windows. */
const FEW_CANDIDATES = 12;
/** Temperatures as shares of the mean least cost: from nothing, from prices near the best, and the last. */
const HOT = 1e-2;
const WARM = 1e-3;
const COLD = 3e-5;
/** The last in divisible windows, after one round: a linear program goes on from there. */
const ROUGH = 1e-3;
/** Relative gain of a round below which another is not worth it, and most rounds. */
const LEAST_GAIN = 3e-5;
const MOST_ROUNDS = 4;

/** Capacity prices and the bound that they prove. */
export interface Priced {
  readonly prices: Float64Array; // node classes × resources, ≥ 0
  readonly bound: number;
}

/**
 * A lower bound and its prices by the Lagrangian of the capacity rows, whose best value equals that of the linear
 * relaxation. Block prices to begin with where `start` (node classes × resources) is all 0; then rounds in which each
 * task's best places are chosen by a pass over all pairs and the smoothed dual over those is maximised. Only the dual
 * function over all pairs proves. Ends when a round gains nothing, the bound comes within `target` (the incumbent's
 * objective) or the budget is spent; in divisible windows after one round.
 */
export function lagrangianBound(
  instance: Instance,
  objective: DualObjective,
  start: Float64Array,
  target: number,
  budget: Budget,
): Priced {
  let proven: Priced = { prices: start, bound: dualValue(instance, objective, start).value };
  const kinds = kindsOf(instance);
  const rows = rowsOfKinds(
    rowsOfClasses(instance, objective.cost ?? new Float64Array(instance.pairs.node.length)),
    kinds,
  );
  let tierPrices: Float64Array = new Float64Array(0);
  const prove = (prices: Float64Array): boolean => {
    const ofClasses = unfolded(prices, kinds, instance.width);
    const { value, ...dual } = dualValue(instance, objective, ofClasses);
    tierPrices = dual.tierPrices;
    const gain = value - proven.bound;
    if (gain > 0) proven = { prices: ofClasses, bound: value };
    return gain > LEAST_GAIN * Math.abs(value);
  };
  let passes = budget.steps;
  const pass = () => passes-- > 0 && !budget.expired();

  let prices = folded(start, kinds, instance.width);
  const cold = start.every((price) => price === 0);
  if (cold && objective.cost && !budget.expired()) {
    prices = blockPrices(rows, budget);
  }
  prove(prices);
  const [last, rounds, most] = instance.divisible ? [ROUGH, 1, FEW_CANDIDATES] : [COLD, MOST_ROUNDS, CANDIDATES];
  const scale = meanLeastCost(rows) || Math.max(...objective.priced);
  for (let round = 0; round < rounds && scale > 0; round++) {
    if (proven.bound >= target - 1e-9 * Math.abs(target) || budget.expired() || passes <= 0) break;
    const dual = new SmoothedDual(rows, objective, bestPairs(rows, rows.cost, prices, most));
    const next = new Float64Array(dual.size);
    next.set(prices);
    tierPrices.forEach((price, t) => {
      if (objective.fixed[t]! > 0) next[prices.length + t * instance.width] = price;
    });
    maximise(dual, next, { from: scale * (cold && round === 0 ? HOT : WARM), to: scale * last }, pass);
    prices = next.slice(0, prices.length);
    if (!prove(prices)) break;
  }
  return proven;
}

/** The mean over copies of the least that one costs. */
function meanLeastCost({ tasks, count, pairs, cost }: CapacityRows): number {
  let sum = 0;
  let copies = 0;
  for (let i = 0; i < tasks; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) least = Math.min(least, cost[p]!);
    if (least === Number.POSITIVE_INFINITY) continue;
    sum += count[i]! * least;
    copies += count[i]!;
  }
  return copies > 0 ? sum / copies : 0;
}
