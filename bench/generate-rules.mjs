import { draws, round } from './generate.mjs';

export { runningCluster } from '../dist/bench/running-cluster.js';

/**
 * A cluster in which services have rules of every kind: spread over zones, apart from each other, few to a node, together in
 * a rack, whole or not at all, beside tasks without any.
 *
 * @param {object} options
 * @param {number} options.tasks
 * @param {number} options.nodes
 * @param {number} options.load
 * @param {number} options.seed
 * @param {number} [options.open] cost of opening a node, as a multiple of the mean cost of a task; default 0
 */
export function ruledCluster({ tasks, nodes, load, seed, open = 0 }) {
  const { between, pick } = draws(seed);
  const zones = ['a', 'b', 'c'];
  const nodeList = Array.from({ length: nodes }, (_, j) => {
    const size = 1 + Math.floor(between(0, 3));
    return {
      id: `n${j + 1}`,
      speed: round(between(0.7, 1.6), 3),
      capacity: { cpu: 16 * size, memory: 64 * size },
      labels: { zone: zones[j % 3], rack: `r${Math.floor(j / 8)}` },
      ...(open > 0 && { openCost: round(open * 50 * size * between(0.8, 1.2), 3) }),
    };
  });
  const size = 8; // members of a group, about
  const many = Math.max(1, Math.floor((0.75 * tasks) / size));
  /** @type {Record<string, object>} */
  const groups = {};
  const members = Array.from({ length: many }, (_, g) => {
    const kind = g % 6;
    const name = `g${g + 1}`;
    groups[name] = [
      { spread: { label: 'zone', maxSkew: 1 } },
      { maxPerNode: 1 },
      { together: 'rack' },
      { gang: true },
      { maxPerNode: 2, ...(g >= 6 && { apartFrom: [`g${g - 5}`] }) },
      { spread: { label: 'zone', maxSkew: 1 }, maxPerNode: 2, gang: 4 },
    ][kind];
    return name;
  });
  const capacity = (/** @type {'cpu' | 'memory'} */ k) => nodeList.reduce((sum, node) => sum + node.capacity[k], 0);
  const drawn = Array.from({ length: tasks }, () => ({ cpu: between(0.4, 1.6), memory: between(0.4, 1.6) }));
  const scale = (/** @type {'cpu' | 'memory'} */ k) => (load * capacity(k)) / drawn.reduce((sum, d) => sum + d[k], 0);
  const [cpu, memory] = [scale('cpu'), scale('memory')];
  const taskList = drawn.map((d, i) => ({
    id: `t${i + 1}`,
    demand: { cpu: round(d.cpu * cpu, 3), memory: round(d.memory * memory, 3) },
    duration: round(between(10, 100), 3),
    ...(between(0, 1) < 0.3 && { prefers: [{ labels: { zone: pick(zones) }, cost: round(between(5, 30), 3) }] }),
    ...(i < many * size && { group: members[i % many] }),
  }));
  return {
    name: `ruled ${tasks}x${nodes}, load ${load}, seed ${seed}`,
    objective: /** @type {const} */ ('time'),
    tasks: taskList,
    nodes: nodeList,
    groups,
  };
}
