import type { Candidate } from './heuristic.ts';

/** Share of resource k in use on a candidate, what others use included, once `more` of it is taken: 0 … 1; 1 where there is none of it. */
function shareWith({ instance, loads, pair, copy }: Candidate, k: number, more: number): number {
  const { width, capacity, free, pairs } = instance;
  const at = pairs.node[pair]! * width + k;
  return capacity[at] === 0 ? 1 : 1 - (free[at]! - loads[copy * width + k]! - more) / capacity[at]!;
}

/** Share of resource k in use on a candidate before the task is there. */
export const shareBefore = (candidate: Candidate, k: number): number => shareWith(candidate, k, 0);

/** Share of resource k in use on a candidate once one copy of the task is there. */
export function shareAfter(candidate: Candidate, k: number): number {
  const { pairs, width } = candidate.instance;
  return shareWith(candidate, k, pairs.demand[pairs.row[candidate.pair]! * width + k]!);
}

/** Mean share in use over the demanded resources that the node has any of; the same for all resources. */
export function meanShare(candidate: Candidate, shareOf: (candidate: Candidate, k: number) => number): number {
  const { width, capacity, pairs } = candidate.instance;
  const q = pairs.node[candidate.pair]! * width;
  let sum = 0;
  let counted = 0;
  for (let k = 0; k < width; k++) {
    if (capacity[q + k] === 0) continue;
    sum += shareOf(candidate, k);
    counted++;
  }
  return counted === 0 ? 0 : sum / counted;
}
