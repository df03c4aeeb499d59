import { random } from '../model/random.ts';

/**
 * `take` of the items in their order: the first ones, or with a seed a random choice without replacement in which
 * every subset is equally likely (selection sampling, Knuth, TAOCP vol. 2, 3.4.2, algorithm S).
 */
export function sample<T>(items: readonly T[], take = items.length, seed?: number): T[] {
  if (seed === undefined || take >= items.length) return items.slice(0, take);
  const next = random(seed);
  let wanted = take;
  return items.filter((_, i) => {
    const taken = next() * (items.length - i) < wanted;
    if (taken) wanted--;
    return taken;
  });
}
