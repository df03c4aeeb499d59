import { meanShare, shareBefore } from './fullness.ts';
import { greedy } from './greedy.ts';

/** Tasks as given, each copy on the emptiest node with room. */
export const worstFit = greedy({
  name: 'worst-fit',
  summary: 'Tasks as given, each copy on the emptiest node with room.',
  score: () => (candidate) => meanShare(candidate, shareBefore),
  spreads: true,
});
