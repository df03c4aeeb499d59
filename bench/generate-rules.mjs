import { draws } from './generate.mjs';

/**
 * A running cluster to consolidate: every task runs somewhere already, every node holds something and costs to stay on.
 * Nodes of four kinds, whose opening costs grow a little less than their size.
 *
 * @param {object} options
 * @param {number} options.tasks
 * @param {number} options.nodes
 * @param {number} options.load demand over capacity
 * @param {number} options.seed
 */
export function runningCluster({ tasks, nodes, load, seed }) {
  const { between, pick } = draws(seed);
  const kinds = [
    { kind: 'small', cpu: 8, memory: 32, openCost: 10 },
    { kind: 'medium', cpu: 16, memory: 64, openCost: 19 },
    { kind: 'large', cpu: 32, memory: 128, openCost: 36 },
    { kind: 'memory', cpu: 16, memory: 128, openCost: 24 },
  ];
  const nodeList = Array.from({ length: nodes }, (_, j) => {
    const { kind, cpu, memory, openCost } = kinds[j % kinds.length];
    return { id: `n${j + 1}`, kind, capacity: { cpu, memory }, openCost };
  });
  const drawn = Array.from({ length: tasks }, () => ({ cpu: between(0.4, 1.6), memory: between(0.4, 1.6) }));
  const scale = (/** @type {'cpu' | 'memory'} */ k) =>
    (load * nodeList.reduce((sum, { capacity }) => sum + capacity[k], 0)) / drawn.reduce((sum, d) => sum + d[k], 0);
  const [cpu, memory] = [scale('cpu'), scale('memory')];
  // where they run now: largest first on the emptiest node that has room, so that every node holds something
  const left = nodeList.map(({ capacity }) => ({ ...capacity }));
  const taskList = drawn
    .map((d, i) => ({ i, cpu: round(d.cpu * cpu), memory: round(d.memory * memory) }))
    .sort((a, b) => b.cpu - a.cpu)
    .map(({ i, cpu, memory }) => {
      const demand = { cpu, memory };
      const fitting = left.flatMap((free, j) => (free.cpu >= cpu && free.memory >= memory ? [j] : []));
      const fullness = (/** @type {number} */ j) =>
        Math.max(1 - left[j].cpu / nodeList[j].capacity.cpu, 1 - left[j].memory / nodeList[j].capacity.memory);
      const to = fitting.sort((a, b) => fullness(a) - fullness(b))[0];
      if (to !== undefined) {
        left[to].cpu -= cpu;
        left[to].memory -= memory;
      }
      return {
        id: `t${i + 1}`,
        demand,
        weight: 0,
        ...(to !== undefined && { current: nodeList[to].id, moveCost: pick([0.1, 0.2, 0.5]) }),
      };
    });
  return { name: `running ${tasks}x${nodes}, load ${load}, seed ${seed}`, tasks: taskList, nodes: nodeList };
}

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
      speed: round(between(0.7, 1.6)),
      capacity: { cpu: 16 * size, memory: 64 * size },
      labels: { zone: zones[j % 3], rack: `r${Math.floor(j / 8)}` },
      ...(open > 0 && { openCost: round(open * 50 * size * between(0.8, 1.2)) }),
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
    demand: { cpu: round(d.cpu * cpu), memory: round(d.memory * memory) },
    duration: round(between(10, 100)),
    ...(between(0, 1) < 0.3 && { prefers: [{ labels: { zone: pick(zones) }, cost: round(between(5, 30)) }] }),
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

const round = (/** @type {number} */ value) => Math.round(value * 1000) / 1000;
