import { greedy } from './greedy.ts';

/** Tasks as given, each on the node with room where it runs fastest (least t_ij). */
export const fastestNode = greedy({
  name: 'fastest-node',
  summary: 'Tasks as given, each on the node with room where it runs fastest.',
  score:
    ({ pairs }) =>
    (candidate) =>
      pairs.time[candidate.pair]!,
});
