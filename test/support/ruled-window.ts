import { random } from '../../dist/model/random.js';
import type { WindowInput } from '../../dist/model/window.js';
import { type RandomWindowOptions, randomWindow } from './random-window.ts';

/**
 * A random window with side rules and costs in any combination: groups with every rule, preferences, opening and moving
 * costs, a limit of moves. The same seed gives the same window.
 */
export function ruledWindow(seed: number, options: RandomWindowOptions = {}): WindowInput {
  const window = randomWindow(seed, options);
  const next = random(seed + 0x5eed);
  const upTo = (n: number) => Math.floor(next() * n); // 0 … n − 1
  const pick = <T>(values: readonly T[]): T => values[upTo(values.length)]!;
  const chance = (share: number) => next() < share;
  const cost = (most: number) => Math.round(8 * most * next()) / 8;
  const divisible = options.mode === 'divisible';
  const labels = ['zone', 'zone', 'cores', 'kind', 'node', 'spot'];
  const copies = window.tasks.reduce((sum, { count = 1 }) => sum + count, 0);

  const names = ['web', 'db', 'cache'].slice(0, upTo(4));
  const groups = Object.fromEntries(
    names.map((name) => {
      const others = names.filter((other) => other !== name);
      return [
        name,
        {
          ...(chance(0.3) ? { maxPerNode: 1 + upTo(2) } : {}),
          ...(chance(0.3) ? { maxPer: [{ label: pick(labels), count: upTo(4) }] } : {}),
          ...(!divisible && chance(0.3)
            ? { spread: { label: pick(labels), ...(chance(0.5) ? { maxSkew: 1 + upTo(2) } : {}) } }
            : {}),
          ...(!divisible && chance(0.25) ? { together: pick(labels) } : {}),
          ...(!divisible && others.length > 0 && chance(0.3) ? { apartFrom: [pick(others)] } : {}),
          ...(!divisible && chance(0.3) ? { gang: chance(0.5) } : {}),
        },
      ];
    }),
  );
  const tasks = window.tasks.map((task) => ({
    ...task,
    ...(names.length > 0 && chance(0.7) ? { group: pick(names) } : {}),
    ...(chance(0.3)
      ? {
          prefers: [
            {
              labels: pick([{ zone: 'a' }, { kind: 'small' }, { node: ['n0'] }, { cores: { min: 8 } }]),
              cost: cost(20),
            },
          ],
        }
      : {}),
    ...(task.current !== undefined && chance(0.6) ? { moveCost: cost(30) } : {}),
  }));
  // a whole number of members, now that they are known
  for (const name of names) {
    const size = tasks.reduce((sum, { group, count = 1 }) => (group === name ? sum + count : sum), 0);
    if (!divisible && size > 1 && chance(0.2)) Object.assign(groups[name]!, { gang: 1 + upTo(size) });
  }
  const nodes = window.nodes.map((node) => ({
    ...node,
    ...(chance(0.5) ? { openCost: cost(40) } : {}),
    ...(chance(0.1) ? { open: true } : {}),
  }));
  return {
    ...window,
    tasks,
    nodes,
    ...(names.length > 0 ? { groups } : {}),
    ...(chance(0.2) ? { maxMoves: upTo(copies + 1) } : {}),
  };
}
