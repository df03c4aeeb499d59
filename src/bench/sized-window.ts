import type { WindowInput } from '../model/window.ts';
import { draws, round, type Sizing } from './draws.ts';

/** Cores of a task, gigabytes of memory for each; cores of a node, gigabytes for each. */
const TASK = { cores: [1, 2, 4, 8], each: [1, 2, 4, 8] };
const NODE = { cores: [8, 16, 32, 64], each: [2, 4, 8] };

/**
 * A window of the sizes that clouds sell: whole cores and gigabytes, few different ones, the largest task eight times the smallest.
 * Nodes differ in speed (0.5 to 2), times are work (10 to 100 seconds) / speed · noise (±30 %), and a task costs
 * its cores times its time. Capacities are scaled to the load and rounded to whole numbers.
 */
export function sizedWindow({ tasks, nodes, load, seed }: Sizing): WindowInput {
  const { between, pick } = draws(seed);
  const sizes = (many: number, { cores, each }: typeof TASK) =>
    Array.from({ length: many }, () => {
      const cpu = pick(cores);
      return { cpu, memory: cpu * pick(each) };
    });
  const total = (list: readonly { cpu: number; memory: number }[], of: 'cpu' | 'memory') =>
    list.reduce((sum, size) => sum + size[of], 0);
  const demands = sizes(tasks, TASK);
  const capacities = sizes(nodes, NODE);
  const scaled = (of: 'cpu' | 'memory', value: number) =>
    Math.round((value * total(demands, of)) / (load * total(capacities, of)));
  const speeds = capacities.map(() => between(0.5, 2));
  const works = demands.map(() => between(10, 100));
  return {
    name: `sizes ${tasks}x${nodes}, load ${load}, seed ${seed}`,
    resourceWeights: { cpu: 1 },
    tasks: demands.map((demand, i) => ({ id: `t${i + 1}`, demand })),
    nodes: capacities.map(({ cpu, memory }, j) => ({
      id: `n${j + 1}`,
      capacity: { cpu: scaled('cpu', cpu), memory: scaled('memory', memory) },
    })),
    times: works.map((work) => speeds.map((speed) => round((work / speed) * between(0.7, 1.3), 3))),
  };
}
