import type { Certificate } from './certificate.ts';
import { mayRun, pairings } from './pairing.ts';
import { freeOf, nodeCopies, tierOf } from './rules.ts';
import type { Window } from './window.ts';

/**
 * The lower limit of the cost that a certificate's prices prove, among all assignments that leave as many copies per
 * tier unplaced as `unplacedOf` (tasks → copies):
 *
 *     Σ_i count_i · min( min_j (cost_ij + Σ_k λ_jk d_ijk), π_tier(i) ) − Σ_tier π u + Σ_j min(0, openCost_j − Σ_k λ_jk free_jk)
 *
 * Recomputed pair by pair from the window and the prices alone; tasks that fit on no node are left out of the sums.
 * −Infinity when the prices prove nothing: one is below 0, or a tier with unplaced copies has none.
 */
export function recomputeBound(
  window: Window,
  unplacedOf: Float64Array,
  { nodePrices, unplacedPrices }: Omit<Certificate, 'bound'>,
): number {
  if (nodePrices.some(({ prices }) => Object.values(prices).some((price) => !(price >= 0))))
    return Number.NEGATIVE_INFINITY;
  const nodes = [...nodeCopies(window).values()];
  const named = new Map(nodePrices.map(({ node, prices }) => [node, Object.entries(prices)]));
  const pricesOf = nodes.map(({ id, entry }) => named.get(id) ?? named.get(entry.id) ?? []);
  const priceOf = new Map(window.unplaced === 'forbid' ? [] : unplacedPrices.map(({ tier, price }) => [tier, price]));
  const ids = new Set(nodes.map(({ id }) => id));
  const exists = (name: string) => ids.has(name);
  const pairing = pairings(window, exists);
  let bound = 0;

  // each task at its cheapest: on some node, its capacity paid for, or unplaced
  const unplaced = new Map<string, number>();
  window.tasks.forEach((task, i) => {
    let least = Number.POSITIVE_INFINITY;
    nodes.forEach((node, j) => {
      const pair = pairing(i, node);
      if (!mayRun(window, i, node, pair.demand)) return;
      let reduced = pair.cost;
      for (const [k, price] of pricesOf[j]!) reduced += price * (pair.demand[k] ?? 0);
      least = Math.min(least, reduced);
    });
    if (least === Number.POSITIVE_INFINITY) return;
    const tier = tierOf(task, task.current !== undefined && exists(task.current));
    bound += task.count * Math.min(least, priceOf.get(tier) ?? Number.POSITIVE_INFINITY);
    unplaced.set(tier, (unplaced.get(tier) ?? 0) + unplacedOf[i]!);
  });
  for (const [tier, copies] of unplaced)
    if (copies > 0) bound -= copies * (priceOf.get(tier) ?? Number.POSITIVE_INFINITY);

  // each node at its cheapest: shut, or open and its capacity sold
  nodes.forEach(({ entry }, j) => {
    let net = entry.open ? 0 : entry.openCost;
    for (const [k, price] of pricesOf[j]!) net -= price * freeOf(entry, k);
    bound += Math.min(0, net);
  });
  return bound;
}
