import type { Candidate } from './heuristic.ts';

/** Share of resource k in use on a candidate once one copy of the task is there, what others use included: 0 … 1. */
export function shareAfter({ instance, loads, pair, copy }: Candidate, k: number): number {
  const { width, capacity, free, pairs } = instance;
  const at = pairs.node[pair]! * width + k;
  if (capacity[at] === 0) return 1;
  const free_ = free[at]! - loads[copy * width + k]! - pairs.demand[pairs.row[pair]! * width + k]!;
  return 1 - free_ / capacity[at]!;
}

/** Mean share in use over the demanded resources that the node has any of; the same for all resources. */
export function meanShare(
  candidate: Candidate,
  shareOf: (candidate: Candidate, k: number) => number = shareAfter,
): number {
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

/** Share of resource k in use on a candidate before the task is there. */
export function shareBefore({ instance, loads, pair, copy }: Candidate, k: number): number {
  const { width, capacity, free, pairs } = instance;
  const at = pairs.node[pair]! * width + k;
  return capacity[at] === 0 ? 1 : 1 - (free[at]! - loads[copy * width + k]!) / capacity[at]!;
}
