import type { Domains } from './domains.ts';
import type { Average } from './subgradient.ts';

/** A cell and its bin. */
export interface Choice {
  readonly bin: number;
  readonly cell: number;
}

/** The task that the averaged sets are least sure about, where it is most likely to go; null when all are decided. */
export function leastSure(domains: Domains, average: Average): Choice | null {
  let choice: Choice | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < domains.problem.tasks; i++) {
    if (domains.placed(i)) continue;
    let most = -1;
    let likely: Choice | null = null;
    domains.eachCell(i, (bin, cell) => {
      if (domains.low[cell] === domains.high[cell]) return;
      const share = average.of(cell) - domains.low[cell]!;
      if (share <= most) return;
      most = share;
      likely = { bin, cell };
    });
    if (likely === null || most >= least) continue;
    least = most;
    choice = likely;
  }
  return choice;
}
