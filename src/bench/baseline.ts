import { readFileSync } from 'node:fs';
import { readyWindow } from '../model/parse.ts';
import { mean } from '../model/statistics.ts';
import type { WindowInput } from '../model/window.ts';
import { EnginePool } from '../solver/engine-pool.ts';
import { solve } from '../solver/solve.ts';
import { check } from './check.ts';
import { clusterWindow } from './cluster-window.ts';
import { correlatedWindow } from './correlated-window.ts';
import { runningCluster } from './running-cluster.ts';

/** What came of one window: unplaced copies tier by tier, cost, and the gap that was proven. */
export interface Standing {
  readonly unplaced: readonly number[];
  readonly cost: number;
  readonly gap: number;
}

/** Names of windows → what came of them. */
export type Baseline = Readonly<Record<string, Standing>>;

/** Steps that each window may take: the same on every machine, however busy. */
const WORK = 40;

/** Share that one cost, and difference that one gap, may be worse by: what a change of unrelated draws does to a search. */
const SLACK = 0.002;
/** The same of the mean of all windows, where such changes cancel out. */
const MEAN_SLACK = 0.0005;

const WINDOWS: Readonly<Record<string, () => WindowInput>> = {
  ...seeds('heterogeneous 40x8', 4, (seed) => clusterWindow({ tasks: 40, nodes: 8, kinds: 4, load: 0.8, seed })),
  ...seeds('heterogeneous 120x20', 2, (seed) => clusterWindow({ tasks: 120, nodes: 20, kinds: 4, load: 0.9, seed })),
  ...seeds('correlated 40x8', 2, (seed) => correlatedWindow({ tasks: 40, nodes: 8, load: 0.8, seed })),
  ...seeds('tight 40x8', 2, (seed) => clusterWindow({ tasks: 40, nodes: 8, kinds: 4, load: 1.05, tiers: 2, seed })),
  ...seeds('classes 400 copies', 2, (seed) =>
    clusterWindow({ tasks: 20, copies: 400, nodes: 60, kinds: 4, load: 0.9, noise: 'kind', folded: true, seed }),
  ),
  ...seeds('consolidation 20x8', 2, (seed) => runningCluster({ tasks: 20, nodes: 8, load: 0.6, seed })),
  ...seeds('divisible 80x16', 2, (seed) => ({
    ...clusterWindow({ tasks: 80, nodes: 16, kinds: 4, load: 0.9, seed }),
    mode: 'divisible' as const,
  })),
};

function seeds(name: string, many: number, window: (seed: number) => WindowInput): Record<string, () => WindowInput> {
  return Object.fromEntries(Array.from({ length: many }, (_, s) => [`${name} seed ${s + 1}`, () => window(s + 1)]));
}

/** Solves every window by `work`, so that the figures are the same wherever and whenever; every plan is checked. */
export async function measureBaseline(): Promise<Baseline> {
  const engines = new EnginePool({ ready: 1 });
  const standings: Record<string, Standing> = {};
  try {
    for (const [name, window] of Object.entries(WINDOWS)) {
      const ready = readyWindow({ ...window(), work: WORK });
      if (!ready.ok) throw new Error(`${name}: ${ready.refusal.detail}`);
      const { assignments, bound } = await solve(ready.value, { engines });
      const { faults, unplaced, cost } = check(ready.value, assignments);
      if (faults.length > 0) throw new Error(`${name}: ${faults[0]}`);
      standings[name] = { unplaced, cost, gap: bound === null ? 1 : Math.max(0, cost - bound) / Math.abs(cost || 1) };
    }
  } finally {
    await engines.close();
  }
  return standings;
}

export const readBaseline = (file: string): Baseline => JSON.parse(readFileSync(file, 'utf8'));

/** What got worse, a sentence each: unplaced copies at all, cost or gap beyond what changed draws explain. */
export function worse(now: Baseline, before: Baseline): string[] {
  const complaints: string[] = [];
  const costs: number[] = [];
  const gaps: number[] = [];
  for (const [name, was] of Object.entries(before)) {
    const is = now[name];
    if (!is) {
      complaints.push(`${name}: is not measured any more`);
      continue;
    }
    const tier = was.unplaced.findIndex((copies, t) => Math.abs(is.unplaced[t]! - copies) > 1e-6);
    if (tier >= 0) {
      if (is.unplaced[tier]! > was.unplaced[tier]!)
        complaints.push(`${name}: ${is.unplaced.join(' + ')} unplaced, before ${was.unplaced.join(' + ')}`);
      continue; // costs of different sets of tasks do not compare
    }
    costs.push(is.cost / was.cost);
    gaps.push(is.gap - was.gap);
    if (is.cost > was.cost * (1 + SLACK)) complaints.push(`${name}: costs ${is.cost}, before ${was.cost}`);
    if (is.gap > was.gap + SLACK) complaints.push(`${name}: gap ${is.gap}, before ${was.gap}`);
  }
  if (mean(costs) > 1 + MEAN_SLACK) complaints.push(`all together: ${(100 * (mean(costs) - 1)).toFixed(3)} % dearer`);
  if (mean(gaps) > MEAN_SLACK) complaints.push(`all together: gaps ${(100 * mean(gaps)).toFixed(3)} % wider`);
  return complaints;
}
