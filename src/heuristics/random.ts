import { random as generator } from '../model/random.ts';
import { greedy } from './greedy.ts';

/** Tasks as given, each copy on any node with room, drawn by the window's seed. */
export const random = greedy({
  name: 'random',
  summary: "Tasks as given, each copy on any node with room, drawn by the window's seed.",
  score: (_, { seed = 1 }) => generator(seed),
  spreads: true,
});
