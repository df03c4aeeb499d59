import { greedy } from './greedy.ts';
import { byTier } from './orders.ts';

/** Highest priority first, running tasks before new ones of the same priority, each on the first node with room. */
export const priority = greedy({
  name: 'priority',
  summary: 'Highest priority first (running before new), each on the first node with room.',
  order: (instance) => byTier(instance),
});
