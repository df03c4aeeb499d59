import { meanShare, shareBefore } from './fullness.ts';
import { greedy } from './greedy.ts';

/** Tasks as given, each on the fullest node that still has room. */
export const bestFit = greedy({
  name: 'best-fit',
  summary: 'Tasks as given, each on the fullest node that still has room.',
  score: () => (candidate) => -meanShare(candidate, shareBefore),
});
