import type { Instance } from '../../model/instance.ts';

/** Price of leaving a unit out, as a multiple of the typical cost of a placed one; and that of a tier over the next. */
const OUT_PRICE = 100;
const TIER_RATIO = 30;
/** The most that tiers may lie apart, lest costs drown in rounding. */
const TIER_SPAN = 1e6;

/** Each task's least cost of a unit, Infinity without pairs. */
export function leastCosts({ tasks, pairs }: Instance): Float64Array {
  const least = new Float64Array(tasks).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < tasks; i++)
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) least[i] = Math.min(least[i]!, pairs.cost[p]!);
  return least;
}

/** What a unit costs more or less: the mean of those placed, or of all at their cheapest; 1 where that is 0. */
export function typicalCost({ count }: Instance, least: Float64Array, cost: number, placed: number): number {
  let sum = 0;
  let units = 0;
  least.forEach((value, task) => {
    if (value === Number.POSITIVE_INFINITY) return;
    sum += count[task]! * value;
    units += count[task]!;
  });
  return Math.max(placed > 0 ? cost / placed : 0, units > 0 ? sum / units : 0) || 1;
}

/** Prices of leaving a unit out, by tier: more than what its place may cost, the earlier tiers the dearer. */
export function outPrices({ tiers }: Instance, least: Float64Array, typical: number): Float64Array {
  let dearest = 0;
  for (const value of least) if (value < Number.POSITIVE_INFINITY) dearest = Math.max(dearest, value);
  const last = Math.max(OUT_PRICE * typical, 2 * dearest);
  const ratio = Math.min(TIER_RATIO, TIER_SPAN ** (1 / Math.max(1, tiers.length - 1)));
  return Float64Array.from(tiers, (_, t) => last * ratio ** (tiers.length - 1 - t));
}
