import { FIT, freeOf } from '../model/rules.ts';
import type { OpenJob, Situation } from './policy.ts';

/** Room on a node from some time on. */
export interface Slot {
  readonly node: number; // index
  /** Seconds from now at which it is free; 0: now. */
  readonly from: number;
  readonly capacity: Readonly<Record<string, number>>;
  /** Only for jobs that fit no other slot of this node: the node once all that runs there has ended. */
  readonly whole?: boolean;
}

/**
 * The room there is and will be. Of each node what is free now, what each running job leaves when it ends, and all of
 * it once the last has ended. Where running jobs may be stopped, all of every node is there now.
 */
export function slotsOf({ running, up, times }: Situation, preempts: boolean): Slot[] {
  const on = new Map<number, OpenJob[]>();
  for (const open of running) on.set(open.node, [...(on.get(open.node) ?? []), open]);
  const slots: Slot[] = [];
  for (const node of up) {
    const { entry } = times.nodes[node]!;
    const whole = Object.fromEntries(Object.keys(entry.capacity).map((k) => [k, freeOf(entry, k)]));
    const held = preempts ? [] : (on.get(node) ?? []);
    const free = { ...whole };
    for (const { task } of held)
      for (const k in task.demand) if (k in free) free[k] = rest(free[k]!, task.demand[k]!, whole[k]!);
    slots.push({ node, from: 0, capacity: free });
    for (const { task, ends } of held) slots.push({ node, from: ends, capacity: task.demand });
    if (held.length > 0)
      slots.push({ node, from: Math.max(...held.map(({ ends }) => ends)), capacity: whole, whole: true });
  }
  return slots;
}

/** What is left of an amount; next to nothing is nothing. */
const rest = (free: number, demand: number, whole: number): number => (free - demand > FIT * whole ? free - demand : 0);

/** Whether a job fits a slot that nothing else is in. */
export const fits = ({ capacity }: Slot, demand: Readonly<Record<string, number>>): boolean =>
  Object.entries(demand).every(([k, d]) => d <= (capacity[k] ?? 0) * (1 + FIT));
