import type { Lagrangian } from './lagrangian.ts';
import type { Average } from './subgradient.ts';

/** Above every sureness of a bin that is not listed. */
const LISTED = 1e9;

/** A cell and its bin. */
export interface Choice {
  readonly bin: number;
  readonly cell: number;
}

/**
 * The task that the averaged sets are least sure about, where it is most likely to go; null when all are decided. Bins whose
 * sets are too many to be listed come first: each decision leaves them fewer, and once listed they are quick and fix more.
 */
export function leastSure({ domains, columns, problem }: Lagrangian, average: Average): Choice | null {
  let choice: Choice | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < problem.tasks; i++) {
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
    if (likely === null) continue;
    const { bin } = likely as Choice;
    const sureness = columns.listed(bin) || domains.kind[bin]! >= problem.classes ? most + LISTED : most;
    if (sureness >= least) continue;
    least = sureness;
    choice = likely;
  }
  return choice;
}
