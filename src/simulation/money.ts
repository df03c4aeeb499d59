import type { Task, WindowNode } from '../model/window.ts';

/** Money that a job costs in a second on a node: its price times the share held, of the resource of which that is most. */
export function ratePerSecond({ demand }: Pick<Task, 'demand'>, { price, capacity }: WindowNode): number {
  let share = 0;
  for (const k in demand) if (demand[k]! > 0) share = Math.max(share, demand[k]! / capacity[k]!);
  return price * share;
}
