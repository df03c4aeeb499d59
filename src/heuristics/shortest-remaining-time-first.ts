import { greedy } from './greedy.ts';
import { byKey, leastTime } from './orders.ts';

/** Shortest remaining time first, by what is still to do on its fastest node. */
export const shortestRemainingTimeFirst = greedy({
  name: 'shortest-remaining-time-first',
  summary: 'Shortest remaining time first (what is still to do on its fastest node), each on the first node with room.',
  order: (instance) => byKey(instance, (i) => leastTime(instance, i)),
});
