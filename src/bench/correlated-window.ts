import type { WindowInput } from '../model/window.ts';
import { draws, round, type Sizing } from './draws.ts';

/**
 * A window in which what is quick on a node takes much of it: demand and time of each pair of task and node are inversely
 * correlated, as in the hardest class (d) of generalized assignment problems (Chu and Beasley, 1997, after Martello and
 * Toth, 1990): demand uniform in 1 to 100, time = 111 − demand ± 10, and each node holds `load` times its share of the
 * mean demand; whole numbers.
 */
export function correlatedWindow({ tasks, nodes, load, seed }: Sizing): WindowInput {
  const { between } = draws(seed);
  const id = (j: number) => `n${j + 1}`;
  const slots = Array.from({ length: tasks }, () => Array.from({ length: nodes }, () => Math.floor(between(1, 101))));
  const times = slots.map((row) => row.map((demand) => Math.max(1, 111 - demand + Math.round(between(-10, 10)))));
  return {
    name: `correlated ${tasks}x${nodes}, load ${load}, seed ${seed}`,
    objective: 'time',
    tasks: slots.map((row, i) => ({
      id: `t${i + 1}`,
      demand: { slots: round(row.reduce((sum, demand) => sum + demand, 0) / nodes, 0) },
      on: Object.fromEntries(row.map((demand, j) => [id(j), { demand: { slots: demand } }])),
    })),
    nodes: Array.from({ length: nodes }, (_, j) => ({
      id: id(j),
      capacity: { slots: Math.floor(slots.reduce((sum, row) => sum + row[j]!, 0) / nodes / load) },
    })),
    times,
  };
}
