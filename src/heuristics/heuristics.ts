import { bestFit } from './best-fit.ts';
import { fastestNode } from './fastest-node.ts';
import { firstFit } from './first-fit.ts';
import type { Heuristic } from './heuristic.ts';
import { kubeLeastAllocated } from './kube-least-allocated.ts';
import { largestDemandFirst } from './largest-demand-first.ts';
import { nomadBinpack } from './nomad-binpack.ts';
import { priceGreedy } from './price-greedy.ts';
import { priority } from './priority.ts';
import { random } from './random.ts';
import { shortestJobFirst } from './shortest-job-first.ts';
import { shortestRemainingTimeFirst } from './shortest-remaining-time-first.ts';
import { worstFit } from './worst-fit.ts';

/** Every heuristic by name, in the order in which they are listed and run; price-greedy goes last, for its prices. */
export const HEURISTICS: ReadonlyMap<string, Heuristic> = new Map(
  [
    firstFit,
    priority,
    largestDemandFirst,
    shortestJobFirst,
    shortestRemainingTimeFirst,
    fastestNode,
    bestFit,
    worstFit,
    random,
    kubeLeastAllocated,
    nomadBinpack,
    priceGreedy,
  ].map((heuristic) => [heuristic.name, heuristic]),
);
