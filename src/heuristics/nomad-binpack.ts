import { shareAfter } from './fullness.ts';
import { greedy } from './greedy.ts';
import { byTier } from './orders.ts';

/**
 * Nomad's default: jobs by priority, node by the bin-packing score 20 − Σ_k 10^(share of k free after placing),
 * highest wins, after Google's BestFit v3. Nomad knows cpu and memory; here every demanded resource counts. It looks
 * at a random few nodes (two for batch, log₂ n for services); here at all of them, which packs no worse.
 */
export const nomadBinpack = greedy({
  name: 'nomad-binpack',
  summary: 'Nomad: by priority, each copy on the node with the highest bin-packing score 20 − Σ 10^(share free).',
  source:
    'Nomad documentation, “Scheduling in Nomad” (ScoreFitBinPack, after BestFit v3 of the Google cluster data workload studies)',
  order: (instance) => byTier(instance),
  score:
    ({ width }) =>
    (candidate) => {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += 10 ** (1 - shareAfter(candidate, k));
      return sum;
    },
});
