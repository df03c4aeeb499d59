import { reducedCost } from '../model/dual.ts';
import type { Instance } from '../model/instance.ts';
import { greedy } from './greedy.ts';
import { byTier } from './orders.ts';

/**
 * Least cost plus what the capacity it takes is worth, tasks in order of regret: the one that loses most when it
 * does not get its best node goes first, tier by tier. Prices are the multipliers of a Lagrangian or linear
 * relaxation; with none it is the greedy rule of Martello and Toth (1981) with desirability −cost.
 */
export const priceGreedy = greedy({
  name: 'price-greedy',
  summary: 'Least cost plus the worth of the capacity taken, in order of regret, tier by tier.',
  source:
    'S. Martello, P. Toth: An algorithm for the generalized assignment problem, in Operational Research ’81, 1981 (regret order); prices from the Lagrangian of the capacities',
  order: (instance, { prices }) => {
    const price = pricing(instance, prices);
    return byTier(instance, (task) => -regret(instance, price, task));
  },
  score: (instance, { prices }) => {
    const price = pricing(instance, prices);
    return (candidate) => price(candidate.pair);
  },
});

/** Cost of a pair plus its demand at the capacity prices. */
function pricing({ pairs, width }: Instance, prices: Float64Array | undefined): (pair: number) => number {
  const { cost } = pairs;
  return prices ? (pair) => reducedCost(pairs, width, cost[pair]!, prices, pair) : (pair) => cost[pair]!;
}

/** What a task loses when its cheapest class is out of reach; Infinity when it has no other. */
function regret({ pairs }: Instance, price: (pair: number) => number, task: number): number {
  let least = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  for (let p = pairs.start[task]!; p < pairs.start[task + 1]!; p++) {
    const cost = price(p);
    if (cost < least) {
      second = least;
      least = cost;
    } else if (cost < second) second = cost;
  }
  return second === least ? 0 : second - least;
}
