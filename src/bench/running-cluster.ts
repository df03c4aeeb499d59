import type { WindowInput } from '../model/window.ts';
import { draws, round, type Sizing } from './draws.ts';

/**
 * A running cluster to consolidate: every task runs somewhere already, every node holds something and costs to stay on.
 * Nodes of four kinds, whose opening costs grow a little less than their size.
 */
export function runningCluster({ tasks, nodes, load, seed }: Sizing): WindowInput {
  const { between, pick } = draws(seed);
  const kinds = [
    { kind: 'small', cpu: 8, memory: 32, openCost: 10 },
    { kind: 'medium', cpu: 16, memory: 64, openCost: 19 },
    { kind: 'large', cpu: 32, memory: 128, openCost: 36 },
    { kind: 'memory', cpu: 16, memory: 128, openCost: 24 },
  ];
  const nodeList = Array.from({ length: nodes }, (_, j) => {
    const { kind, cpu, memory, openCost } = kinds[j % kinds.length]!;
    return { id: `n${j + 1}`, kind, capacity: { cpu, memory }, openCost };
  });
  const drawn = Array.from({ length: tasks }, () => ({ cpu: between(0.4, 1.6), memory: between(0.4, 1.6) }));
  const scale = (k: 'cpu' | 'memory') =>
    (load * nodeList.reduce((sum, { capacity }) => sum + capacity[k], 0)) / drawn.reduce((sum, d) => sum + d[k], 0);
  const [cpu, memory] = [scale('cpu'), scale('memory')];
  // where they run now: largest first on the emptiest node that has room, so that every node holds something
  const left = nodeList.map(({ capacity }) => ({ ...capacity }));
  const taskList = drawn
    .map((d, i) => ({ i, cpu: round(d.cpu * cpu, 3), memory: round(d.memory * memory, 3) }))
    .sort((a, b) => b.cpu - a.cpu)
    .map(({ i, cpu, memory }) => {
      const demand = { cpu, memory };
      const fitting = left.flatMap((free, j) => (free.cpu >= cpu && free.memory >= memory ? [j] : []));
      const fullness = (j: number) =>
        Math.max(1 - left[j]!.cpu / nodeList[j]!.capacity.cpu, 1 - left[j]!.memory / nodeList[j]!.capacity.memory);
      const to = fitting.sort((a, b) => fullness(a) - fullness(b))[0];
      if (to !== undefined) {
        left[to]!.cpu -= cpu;
        left[to]!.memory -= memory;
      }
      return {
        id: `t${i + 1}`,
        demand,
        weight: 0,
        ...(to !== undefined && { current: nodeList[to]!.id, moveCost: pick([0.1, 0.2, 0.5]) }),
      };
    });
  return { name: `running ${tasks}x${nodes}, load ${load}, seed ${seed}`, tasks: taskList, nodes: nodeList };
}
