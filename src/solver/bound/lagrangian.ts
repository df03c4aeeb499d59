import { type DualObjective, dualValue, reducedCosts } from '../../model/dual.ts';
import type { Instance } from '../../model/instance.ts';
import type { Budget } from '../budget.ts';
import { bestPairs } from '../candidates.ts';
import { folded, kindsOf, unfolded } from '../kinds.ts';
import { blockPrices } from './block-prices.ts';
import { type CapacityRows, rowsOfClasses, rowsOfKinds } from './capacity-rows.ts';
import { maximise } from './newton.ts';
import { openingPrices, openingShare } from './opening-prices.ts';
import { SmoothedDual } from './smoothed-dual.ts';

/** How prices are sought. */
interface Manner {
  readonly candidates: number; // places of each task among which prices are improved between two passes over all pairs
  readonly spread: number; // by which places are told apart that are as good, as a share of the mean least cost
  readonly hot: number; // temperature from nothing, as a share of the mean least cost
}
const PLAIN: Manner = { candidates: 24, spread: 0, hot: 1e-2 };
/** In divisible windows, where a linear program goes on from them. */
const DIVISIBLE: Manner = { ...PLAIN, candidates: 12, hot: 4e-3 };
/** With opening costs, where many places may be as good: at best prices all nodes that are open in part. */
const OPENING: Manner = { candidates: 64, spread: 1e-3, hot: 1 };
/** There, share of what opening all nodes costs a copy that the mean least cost is taken to be at least. */
const SHARE = 0.1;
/** There, a bound this near (relative) to the best among the candidates is not improved; else candidates become so many times more. */
const NEAR = 1e-4;
const MORE = 4;
/** Temperatures as shares of the mean least cost: from prices near the best, and the last. */
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
 * relaxation, in which nodes may be opened in part. Where `start` (node classes × resources) is all 0 it begins with
 * prices that pay for opening and block prices on top; then come rounds in which each task's best places are chosen by a pass
 * over all pairs and the smoothed dual over those is maximised. Only the dual function over all pairs proves. Ends when a
 * round gains nothing, the bound comes within `target` (the incumbent's objective) or the budget is spent; in
 * divisible windows without opening costs, whose relaxation goes on from there, after one round.
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
  const rows = rowsOfKinds(rowsOfClasses(instance, objective.cost), kinds);
  const opens = rows.openings !== null;
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

  const cold = start.every((price) => price === 0);
  const opening = openingPrices(rows, objective, pass);
  const paid = opens ? { ...rows, cost: reducedCosts(rows, rows.cost, opening) } : rows;
  let prices = folded(start, kinds, instance.width);
  if (cold && objective.cost && !budget.expired()) {
    if (opens) prove(opening);
    prices = blockPrices(paid, budget).map((price, at) => price + opening[at]!);
  }
  prove(prices);
  const fromBest = (): Float64Array => {
    const best = folded(proven.prices, kinds, instance.width);
    prove(best); // for its tier prices
    return best;
  };
  if (opens) prices = fromBest();

  const manner = opens ? OPENING : instance.divisible ? DIVISIBLE : PLAIN;
  const [last, rounds] = instance.divisible && !opens ? [ROUGH, 1] : [COLD, MOST_ROUNDS];
  const scale = Math.max(meanLeastCost(paid), SHARE * openingShare(rows)) || Math.max(...objective.priced);
  let candidates = manner.candidates;
  let from = cold ? manner.hot : WARM;
  for (let round = 0; round < rounds && scale > 0; round++) {
    if (proven.bound >= target - 1e-9 * Math.abs(target) || budget.expired() || passes <= 0) break;
    const best = bestPairs(rows, rows.cost, prices, candidates, manner.spread * scale);
    const dual = new SmoothedDual(rows, objective, best);
    const next = new Float64Array(dual.size);
    next.set(prices);
    tierPrices.forEach((price, t) => {
      if (objective.fixed[t]! > 0) next[prices.length + t * instance.width] = price;
    });
    maximise(dual, next, { from: scale * from, to: scale * last, flat: opens }, pass);
    prices = next.slice(0, prices.length);
    const gained = prove(prices);
    if (!opens && !gained) break;
    if (opens && dual.value(next, scale * last) - proven.bound <= NEAR * Math.abs(proven.bound)) break;
    from = WARM;
    if (gained) continue;
    if (candidates >= kinds.kinds) break;
    // prices good among a few places only
    candidates *= MORE;
    from = manner.hot;
    prices = fromBest();
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
