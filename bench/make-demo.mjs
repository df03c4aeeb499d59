// Writes examples/demo.json: one working day's batch on a small cluster, always the same.
//   npm run build && node bench/make-demo.mjs
import { writeFileSync } from 'node:fs';
import { draws } from './generate.mjs';

const { between, pick } = draws(129);

/** Price in dollars per second. */
const hourly = (dollars) => Number((dollars / 3600).toPrecision(4));
const pair = (kind, each, node) =>
  ['a', 'b'].map((zone) => ({ id: `${kind}-${zone}`, kind, count: each, ...node, labels: { zone, ...node.labels } }));
const nodes = [
  ...pair('older', 2, { capacity: { cpu: 16, memory: 64 }, speed: 0.6, price: hourly(0.5), labels: { disk: 'hdd' } }),
  ...pair('general', 4, { capacity: { cpu: 16, memory: 64 }, speed: 1, price: hourly(0.77), labels: { disk: 'ssd' } }),
  ...pair('compute', 3, { capacity: { cpu: 32, memory: 64 }, speed: 2, price: hourly(1.36), labels: { disk: 'ssd' } }),
  ...pair('memory', 1, {
    capacity: { cpu: 16, memory: 256 },
    speed: 1.2,
    price: hourly(1.21),
    labels: { disk: 'nvme' },
    taints: ['memory'],
  }),
  ...pair('gpu', 2, {
    capacity: { cpu: 32, memory: 128, gpu: 4 },
    speed: 1.1,
    price: hourly(4.9),
    labels: { disk: 'nvme', accelerator: 'a10' },
    taints: ['gpu'],
  }),
];

const half = (value) => Math.max(0.5, Math.round(value * 2) / 2);
const tens = (value) => Math.max(10, Math.round(value / 10) * 10);
const seconds = (low, high) => tens(between(low, high));
const zone = (share) => (between(0, 1) < share ? { requires: { zone: pick(['a', 'b']) } } : {});

/** Flavours of task: how many entries, and how one is drawn; cpu in cores, memory in GiB. */
const flavours = {
  web: [
    36,
    () => ({
      demand: { cpu: half(between(0.5, 1.5)), memory: half(between(1, 3)) },
      duration: 3600,
      count: pick([1, 1, 2]),
      priority: 20,
      ...zone(0.4),
    }),
  ],
  api: [
    24,
    () => ({
      demand: { cpu: half(between(1, 2.5)), memory: half(between(2, 5)) },
      duration: 3600,
      priority: 20,
      requires: { disk: ['ssd', 'nvme'] },
    }),
  ],
  cache: [
    14,
    () => ({
      demand: { cpu: half(between(0.5, 2)), memory: half(between(12, 28)) },
      duration: 3600,
      priority: 15,
      tolerates: ['memory'],
      ...zone(0.5),
    }),
  ],
  etl: [
    44,
    () => {
      const duration = seconds(600, 2700);
      return {
        demand: { cpu: half(between(1, 3)), memory: half(between(2, 7)) },
        duration,
        on: { older: { duration: tens(duration * between(2, 3)) } },
        priority: 10,
        ...zone(0.25),
      };
    },
  ],
  report: [
    30,
    () => ({
      demand: { cpu: half(between(0.5, 2)), memory: half(between(1, 4)) },
      duration: seconds(120, 900),
      priority: 5,
    }),
  ],
  build: [
    32,
    () => {
      const duration = seconds(200, 1200);
      return {
        demand: { cpu: half(between(1, 3)), memory: half(between(2, 5)) },
        duration,
        on: { compute: { duration: Math.round(duration / between(1.8, 3)) } },
      };
    },
  ],
  train: [
    5,
    () => ({
      demand: { cpu: pick([3, 4, 6]), memory: pick([16, 24, 32]), gpu: pick([1, 2]) },
      duration: seconds(600, 1800),
      priority: 10,
      requires: { accelerator: 'a10' },
      tolerates: ['gpu'],
    }),
  ],
  infer: [
    5,
    () => ({
      demand: { cpu: 2, memory: 8, gpu: 1 },
      duration: seconds(300, 900),
      priority: 20,
      requires: { accelerator: { exists: true } },
      tolerates: ['gpu'],
    }),
  ],
  sweep: [
    10,
    () => ({
      demand: { cpu: half(between(1, 3)), memory: half(between(2, 6)) },
      duration: seconds(900, 1800),
      tolerates: ['gpu'],
    }),
  ],
};
const tasks = Object.entries(flavours).flatMap(([name, [entries, draw]]) =>
  Array.from({ length: entries }, (_, i) => ({ id: `${name}-${String(i + 1).padStart(2, '0')}`, ...draw() })),
);

const line = (value) => `    ${JSON.stringify(value)}`;
const text = `{
  "name": "demo",
  "deadlineMs": 3000,
  "nodes": [
${nodes.map(line).join(',\n')}
  ],
  "tasks": [
${tasks.map(line).join(',\n')}
  ]
}
`;
writeFileSync(new URL('../examples/demo.json', import.meta.url), text);

for (const resource of ['cpu', 'memory', 'gpu']) {
  const sum = (list, field) =>
    list.reduce((total, entry) => total + (entry[field][resource] ?? 0) * (entry.count ?? 1), 0);
  console.log(`${resource}: ${((100 * sum(tasks, 'demand')) / sum(nodes, 'capacity')).toFixed(1)} % of capacity`);
}
