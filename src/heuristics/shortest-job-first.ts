import { shareLeft } from '../model/rules.ts';
import { greedy } from './greedy.ts';
import { byKey, leastTime } from './orders.ts';

/** Shortest job first, by its whole length on its fastest node, work already done included. */
export const shortestJobFirst = greedy({
  name: 'shortest-job-first',
  summary: 'Shortest job first (its whole length on its fastest node), each on the first node with room.',
  order: (instance) =>
    byKey(instance, (i) => leastTime(instance, i) / (instance.window.times ? 1 : shareLeft(instance.window.tasks[i]!))),
});
