/**
 * Heights for labels that would like to be at `wanted`, in its order: at least `gap` between neighbours, all within
 * [low, high], and moved as little as possible (least squares: pooled neighbours stand around their mean). Of equal
 * heights the later is the higher.
 */
export function apart(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, k) => k).sort((a, b) => wanted[a]! - wanted[b]!);
  // without the gaps heights need only rise: pool what falls
  const pools: { sum: number; count: number }[] = [];
  for (const [rank, k] of order.entries()) {
    pools.push({ sum: wanted[k]! - rank * gap, count: 1 });
    while (pools.length > 1 && meanOf(pools.at(-2)!) > meanOf(pools.at(-1)!)) {
      const { sum, count } = pools.pop()!;
      pools[pools.length - 1] = { sum: pools.at(-1)!.sum + sum, count: pools.at(-1)!.count + count };
    }
  }
  const highest = high - (order.length - 1) * gap;
  const found = new Array<number>(wanted.length);
  const levels = pools.flatMap((pool) => new Array<number>(pool.count).fill(meanOf(pool)));
  for (const [rank, k] of order.entries()) found[k] = Math.max(low, Math.min(highest, levels[rank]!)) + rank * gap;
  return found;
}

const meanOf = ({ sum, count }: { readonly sum: number; readonly count: number }): number => sum / count;
