import { random } from '../dist/model/random.js';

/** Names of the resources, in the order in which `resources` adds them. */
const RESOURCES = ['cpu', 'memory', 'disk', 'network', 'gpu', 'licences'];
/** Capacity of a node of size 1, by resource. */
const CAPACITY = [16, 64, 1000, 10, 8, 20];

/**
 * Draws from one seeded stream.
 * @param {number} seed
 */
export function draws(seed) {
  const next = random(seed);
  const between = (/** @type {number} */ low, /** @type {number} */ high) => low + (high - low) * next();
  /** @type {<T>(list: readonly T[]) => T} */
  const pick = (list) => list[Math.floor(next() * list.length)];
  return { between, pick };
}

/**
 * A window like those of the measurements: nodes of `kinds` kinds that differ in size (1 to 2) and speed (0.5 to 2),
 * tasks with work of 10 to 100 seconds and times = work / speed · noise (±30 %), objective "time".
 * Demands are drawn between 0.4 and 1.6 of the mean and scaled until each resource's total is `load` of the capacity
 * (to the digit of rounding), so tasks per node = tasks / nodes, whatever the load.
 *
 * @param {object} options
 * @param {number} options.tasks entries, one copy each
 * @param {number} options.nodes entries, one copy each
 * @param {number} options.kinds kinds of node, at most `nodes`; as many as nodes make every node different
 * @param {number} options.load demand over capacity, of every resource
 * @param {number} options.seed
 * @param {number} [options.resources] 1 to 6, default 2
 * @param {'node' | 'kind'} [options.noise] whether times differ by task and node (a `times` matrix, the default) or by
 *   task and kind (`on`, which keeps large windows small)
 */
export function clusterWindow({ tasks, nodes, kinds, load, seed, resources = 2, noise = 'node' }) {
  const { between } = draws(seed);
  const names = RESOURCES.slice(0, resources);
  const kindList = Array.from({ length: Math.min(kinds, nodes) }, (_, k) => ({
    id: `kind${k + 1}`,
    size: 1 + Math.round(between(0, 4)) / 4,
    speed: round(between(0.5, 2), 2),
  }));
  const kindOf = Array.from({ length: nodes }, (_, j) => kindList[j % kindList.length]);
  const nodeList = kindOf.map((kind, j) => ({
    id: `n${j + 1}`,
    kind: kind.id,
    speed: kind.speed,
    capacity: Object.fromEntries(names.map((name, r) => [name, CAPACITY[r] * kind.size])),
  }));

  const drawn = names.map(() => Array.from({ length: tasks }, () => between(0.4, 1.6)));
  const scale = names.map((name, r) => {
    const capacity = nodeList.reduce((sum, node) => sum + node.capacity[name], 0);
    return (load * capacity) / drawn[r].reduce((sum, share) => sum + share, 0);
  });
  const work = Array.from({ length: tasks }, () => between(10, 100));
  const time = (/** @type {number} */ i, /** @type {number} */ speed) =>
    round((work[i] / speed) * between(0.7, 1.3), 3);
  const taskList = work.map((duration, i) => ({
    id: `t${i + 1}`,
    demand: Object.fromEntries(names.map((name, r) => [name, round(drawn[r][i] * scale[r], 3)])),
    duration: round(duration, 3),
    ...(noise === 'kind' && {
      on: Object.fromEntries(kindList.map((kind) => [kind.id, { duration: time(i, kind.speed) }])),
    }),
  }));
  return {
    name: `cluster ${tasks}x${nodes}, ${kindList.length} kinds, load ${load}, seed ${seed}`,
    objective: /** @type {const} */ ('time'),
    tasks: taskList,
    nodes: nodeList,
    ...(noise === 'node' && { times: work.map((_, i) => kindOf.map((kind) => time(i, kind.speed))) }),
  };
}

/** `value` with `digits` decimals. */
const round = (/** @type {number} */ value, /** @type {number} */ digits) =>
  Math.round(value * 10 ** digits) / 10 ** digits;
