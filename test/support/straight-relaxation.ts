import { LinearProgramBuilder } from '../../dist/model/linear-program.js';
import type { Window } from '../../dist/model/window.js';
import type { EnginePool } from '../../dist/solver/engine-pool.js';
import { tableOf } from './exhaustive.ts';

/** Units more of a resource on a node: an entry, of which one copy gets them, or a copy. */
export interface More {
  readonly node: string;
  readonly resource: string;
  readonly units: number;
}

/**
 * The least cost of a window whose copies may split and whose nodes may open in part, without groups and limits of moves, with so
 * many copies unplaced for each task's tier as `unplaced` (tasks → copies) has; with more of a capacity, tasks may run where
 * they may without it. As plain as it gets: a variable for each task and node copy, and one for each node copy.
 */
export function straightRelaxation(window: Window, unplaced: readonly number[], engines: EnginePool) {
  const { copies, pairs, free, tiers, tierAt } = tableOf(window);
  const resources = [...new Set(pairs.flatMap((list) => list.flatMap(({ demand }) => Object.keys(demand))))];
  return async (more?: More): Promise<number> => {
    const builder = new LinearProgramBuilder();
    const given = more ? copies.findIndex(({ id, entry }) => id === more.node || entry.id === more.node) : -1;
    const room = (at: number, k: string) => free[at]!(k) + (at === given && k === more!.resource ? more!.units : 0);
    const taskRow = window.tasks.map(({ count }, i) => (pairs[i]!.length > 0 ? builder.row(count, count) : -1));
    const tierRow = tiers.map((_, t) => {
      const held = unplaced.reduce((sum, n, i) => (tierAt[i] === t && taskRow[i]! >= 0 ? sum + n : sum), 0);
      return builder.row(held, held);
    });
    const roomRow = copies.map(() => resources.map(() => builder.row(Number.NEGATIVE_INFINITY, 0)));
    window.tasks.forEach(({ count }, i) => {
      if (taskRow[i]! < 0) return;
      for (const { at, cost, demand } of pairs[i]!) {
        builder.column(cost, 0, count);
        builder.entry(taskRow[i]!, 1);
        resources.forEach((k, r) => {
          builder.entry(roomRow[at]![r]!, demand[k] ?? 0);
        });
      }
      builder.column(0, 0, count);
      builder.entry(taskRow[i]!, 1);
      builder.entry(tierRow[tierAt[i]!]!, 1);
    });
    copies.forEach(({ entry }, at) => {
      builder.column(entry.open ? 0 : entry.openCost, 0, 1);
      resources.forEach((k, r) => {
        builder.entry(roomRow[at]![r]!, -room(at, k));
      });
    });
    const { outcome } = await engines.run({
      engine: 'highs',
      program: builder.build(),
      limits: {},
      endAfterMs: 60_000,
    });
    if (outcome.truth !== 'optimal') throw new Error(`${outcome.truth}: ${outcome.message}`);
    return outcome.objective!;
  };
}
