import { greedy } from './greedy.ts';

/** Tasks as given, each on the first node with room. */
export const firstFit = greedy({ name: 'first-fit', summary: 'Tasks as given, each on the first node with room.' });
