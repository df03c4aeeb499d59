import type { Instance } from '../model/instance.ts';

/** Task indices by a key, least first; tasks with equal keys stay as given. */
export function byKey(instance: Instance, key: (task: number) => number): Uint32Array {
  const keys = Float64Array.from({ length: instance.tasks }, (_, i) => key(i));
  return Uint32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b);
}

/** Task indices tier by tier (running before new, higher priority first), within a tier by a key, least first. */
export function byTier(instance: Instance, key: (task: number) => number = () => 0): Uint32Array {
  const keys = Float64Array.from({ length: instance.tasks }, (_, i) => key(i));
  return Uint32Array.from(keys.keys()).sort(
    (a, b) => instance.tier[a]! - instance.tier[b]! || keys[a]! - keys[b]! || a - b,
  );
}

/** Seconds a task still takes on the node where it is fastest; Infinity when it may run nowhere. */
export function leastTime({ pairs }: Instance, task: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let p = pairs.start[task]!; p < pairs.start[task + 1]!; p++) least = Math.min(least, pairs.time[p]!);
  return least;
}
