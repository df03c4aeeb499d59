import type { Instance } from '../model/instance.ts';
import { greedy } from './greedy.ts';
import { byKey } from './orders.ts';

/** First-fit decreasing: the task with the largest dominant share first, each on the first node with room. */
export const largestDemandFirst = greedy({
  name: 'largest-demand-first',
  summary: 'Largest demand first (its largest share of what all nodes have free), each on the first node with room.',
  order: (instance) => byKey(instance, dominantShare(instance)),
});

/** Minus the largest share of the free total of any resource that one copy takes where it takes least; 0 when it runs nowhere. */
function dominantShare({ pairs, width, free, size }: Instance): (task: number) => number {
  const total = new Float64Array(width);
  size.forEach((many, q) => {
    for (let k = 0; k < width; k++) total[k]! += many * free[q * width + k]!;
  });
  return (task) => {
    let least = Number.POSITIVE_INFINITY;
    for (let p = pairs.start[task]!; p < pairs.start[task + 1]!; p++) {
      let share = 0;
      for (let k = 0; k < width; k++)
        if (total[k]! > 0) share = Math.max(share, pairs.demand[pairs.row[p]! * width + k]! / total[k]!);
      least = Math.min(least, share);
    }
    return least === Number.POSITIVE_INFINITY ? 0 : -least;
  };
}
