import type { Instance } from '../../../model/instance.ts';

/** Bits by which the price of a tier exceeds the next one's at most, and those between the first and the last. */
const TIER_BITS = 12;
const SPAN_BITS = 36;

/**
 * Prices of a unit that is out, by task: more than any place costs, opening included, and those of a tier many times the
 * next one's. All are powers of two, so that sums of them are exact and what two of the same tier change cancels.
 */
export function outPrices({ tiers, tier, pairs, opening }: Instance): Float64Array {
  let dearest = 0;
  for (const cost of pairs.cost) dearest = Math.max(dearest, cost);
  const place = dearest + (opening?.reduce((most, cost) => Math.max(most, cost), 0) ?? 0);
  const bits = Math.min(TIER_BITS, Math.floor(SPAN_BITS / Math.max(1, tiers.length - 1)));
  const last = 2 + Math.ceil(Math.log2(place || 1));
  return Float64Array.from(tier, (t) => 2 ** (last + bits * (tiers.length - 1 - t)));
}
