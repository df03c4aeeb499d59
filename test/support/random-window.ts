import { random } from '../../dist/model/random.js';
import type { WindowInput } from '../../dist/model/window.js';

export interface RandomWindowOptions {
  readonly mode?: 'integral' | 'divisible';
  readonly mostTasks?: number; // entries; default 6
  readonly mostNodes?: number; // copies unfolded; default 4
  readonly mostCopies?: number; // of one task entry; default 2
}

/**
 * A random window that draws every field this version solves: tiers, running, pinned and preemptible tasks, drains,
 * taints, node counts, used, `on` by kind, entry and copy, `times`, remaining, label operators and missing labels,
 * all objectives, weights; loads from half empty to twice over-full. The same seed gives the same window.
 */
export function randomWindow(
  seed: number,
  { mode = 'integral', mostTasks = 6, mostNodes = 4, mostCopies = 2 }: RandomWindowOptions = {},
): WindowInput {
  const next = random(seed);
  const upTo = (n: number) => Math.floor(next() * n); // 0 … n − 1
  const pick = <T>(values: readonly T[]): T => values[upTo(values.length)]!;
  const chance = (share: number) => next() < share;
  const round = (value: number) => Math.round(value * 8) / 8;

  const resources = pick([['cpu'], ['cpu', 'memory'], ['cpu', 'memory', 'gpu']]);
  const lattice = chance(0.5); // whole demands, where sums tie exactly, or decimals
  const amount = (low: number, high: number) =>
    lattice ? Math.ceil(low + next() * (high - low)) : Math.round((low + next() * (high - low)) * 1000) / 1000;
  const amounts = (low: number, high: number, omit: number) =>
    Object.fromEntries(resources.flatMap((k) => (chance(omit) ? [] : [[k, amount(low, high)]])));
  const kinds = ['small', 'large'];
  const zones = ['a', 'b'];

  // nodes until the copies are used up
  const nodes: WindowInput['nodes'] = [];
  let room = 1 + Math.floor(Math.sqrt(next()) * mostNodes);
  while (room > 0) {
    const count = chance(0.3) ? Math.min(room, 2 + upTo(2)) : 1;
    room -= count;
    nodes.push({
      id: `n${nodes.length}`,
      capacity: amounts(4, 12, 0.05),
      ...(chance(0.7) ? { kind: pick(kinds) } : {}),
      ...(count > 1 ? { count } : {}),
      ...(chance(0.2) ? { used: amounts(0, 4, 0.4) } : {}),
      ...(chance(0.5) ? { speed: pick([0.5, 1, 1.5, 2]) } : {}),
      ...(chance(0.5) ? { price: pick([0, 0.25, 1, 3]) } : {}),
      ...(chance(0.7)
        ? {
            labels: {
              ...(chance(0.8) ? { zone: pick(zones) } : {}),
              ...(chance(0.6) ? { cores: pick([4, 8, '16']) } : {}),
              ...(chance(0.3) ? { spot: chance(0.5) } : {}),
            },
          }
        : {}),
      ...(chance(0.15) ? { taints: chance(0.5) ? ['gpu'] : ['gpu', 'old'] } : {}),
      ...(chance(0.1) ? { drain: true } : {}),
    });
  }
  const copies = nodes.flatMap((node) =>
    Array.from({ length: node.count ?? 1 }, (_, k) => ((node.count ?? 1) > 1 ? `${node.id}#${k}` : node.id)),
  );
  const places = [...kinds, ...nodes.map(({ id }) => id), ...copies, 'elsewhere'];
  const rule = () =>
    pick<() => object>([
      () => ({ zone: pick(zones) }),
      () => ({ zone: [...zones, 'c'] }),
      () => ({ zone: { not: pick(zones) } }),
      () => ({ cores: { min: 8 } }),
      () => ({ cores: { max: 8, exists: true } }),
      () => ({ spot: { exists: false } }),
      () => ({ spot: [true, 'maybe'] }),
      () => ({ kind: pick(kinds) }),
      () => ({ kind: { not: ['large'] } }),
      () => ({ node: { not: [pick(places)] } }),
      () => ({ node: [pick(copies), pick(nodes).id] }),
    ])();
  const load = 0.5 + 1.5 * next();

  const tasks = Array.from(
    { length: 1 + Math.ceil(Math.sqrt(next()) * (mostTasks - 1)) },
    (_, i): WindowInput['tasks'][number] => {
      const current = chance(0.3) ? pick([...copies, 'gone']) : undefined;
      return {
        id: `t${i}`,
        demand: amounts(0.5, 5 * load, 0.2),
        ...(chance(0.8) ? { duration: round(1 + 20 * next()) } : {}),
        ...(chance(0.2) ? { remaining: round(1 + 10 * next()) } : {}),
        ...(chance(0.3) ? { count: 1 + upTo(mostCopies) } : {}),
        ...(chance(0.3) ? { weight: pick([0, 0.5, 2, 7]) } : {}),
        ...(chance(0.4) ? { priority: pick([-2, 0, 5, 10]) } : {}),
        ...(chance(0.3)
          ? {
              on: Object.fromEntries(
                Array.from({ length: 1 + upTo(2) }, () => [
                  pick(places),
                  {
                    ...(chance(0.6) ? { duration: round(1 + 20 * next()) } : {}),
                    ...(chance(0.5) ? { demand: amounts(0.5, 5 * load, 0.5) } : {}),
                  },
                ]),
              ),
            }
          : {}),
        ...(chance(0.3)
          ? {
              requires: { ...rule(), ...(chance(0.2) ? rule() : {}) } as NonNullable<
                WindowInput['tasks'][number]['requires']
              >,
            }
          : {}),
        ...(chance(0.3) ? { tolerates: chance(0.5) ? ['gpu'] : ['old', 'gpu'] } : {}),
        ...(current !== undefined ? { current, ...(chance(0.25) ? { pinned: true } : {}) } : {}),
        ...(chance(0.3) ? { preemptible: true } : {}),
      };
    },
  );
  return {
    tasks,
    nodes,
    mode,
    objective: pick(['resource-time', 'time', 'price']),
    ...(chance(0.2) ? { resourceWeights: Object.fromEntries(resources.map((k) => [k, pick([0, 1, 2.5])])) } : {}),
    ...(chance(0.15) ? { unplaced: 'forbid' } : {}),
    ...(chance(0.2) ? { times: tasks.map(() => copies.map(() => (chance(0.15) ? null : round(20 * next())))) } : {}),
    deadlineMs: 30_000,
    seed,
  };
}
