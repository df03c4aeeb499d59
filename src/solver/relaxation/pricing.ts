import { dualAt, reducedCost } from '../../model/dual.ts';
import type { Relaxation } from './restricted.ts';

/** Pairs of one task that enter a restricted program at once. */
const ENTERING = 4;
/** Share of the typical cost by which a pair must be cheaper than its task's dual to be worth entering. */
export const WORTH = 1e-10;

/** What prices prove, and the pairs that a restricted program lacks at its duals. */
export interface Pricing {
  readonly bound: number; // of the relaxation, by weak duality
  readonly entering: { readonly pair: number[]; readonly task: number[] };
}

/**
 * Prices all pairs at capacity prices (node classes × resources): the bound that they prove, and of each task the few
 * pairs of least reduced cost below its dual (tasks → cost of a copy) that are not `known` (pairs → 1).
 */
export function pricePairs(
  { instance, objective, unit }: Relaxation,
  prices: Float64Array,
  taskDuals: Float64Array,
  known: Uint8Array,
): Pricing {
  const { pairs, width, tasks, count } = instance;
  const { cost } = objective;
  const least = new Float64Array(tasks).fill(Number.POSITIVE_INFINITY);
  const entering: Pricing['entering'] = { pair: [], task: [] };
  const bestPair = new Int32Array(ENTERING);
  const best = new Float64Array(ENTERING);
  for (let i = 0; i < tasks; i++) {
    const below = taskDuals[i]! - (WORTH * unit) / count[i]!;
    let found = 0;
    let lowest = Number.POSITIVE_INFINITY;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      const reduced = reducedCost(pairs, width, cost ? cost[p]! : 0, prices, p);
      if (reduced < lowest) lowest = reduced;
      if (reduced >= below || known[p] || (found === ENTERING && reduced >= best[found - 1]!)) continue;
      // insert in order, the last one falling out of a full list
      let at = found === ENTERING ? found - 1 : found++;
      for (; at > 0 && best[at - 1]! > reduced; at--) {
        best[at] = best[at - 1]!;
        bestPair[at] = bestPair[at - 1]!;
      }
      best[at] = reduced;
      bestPair[at] = p;
    }
    least[i] = lowest;
    for (let at = 0; at < found; at++) {
      entering.pair.push(bestPair[at]!);
      entering.task.push(i);
    }
  }
  return { bound: dualAt(instance, objective, prices, least).value, entering };
}
