import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';
import { VERSION } from '../dist/version.js';
import type { Contender, Incumbent } from './contender.ts';

/** Placewright as a library, its threads set up like those of the service. */
export async function placewright(): Promise<Contender> {
  const engines = new EnginePool({ ready: 2, threads: 3, searchers: 1, warm: ['glpk', 'highs'] });
  return {
    version: VERSION,
    async run({ window, seconds, seed }) {
      const incumbents: Incumbent[] = [];
      const started = performance.now();
      const answer = await solve(
        { ...window, seed, deadlineMs: Math.round(1000 * seconds) },
        {
          engines,
          onProgress: ({ objective, unplaced }) =>
            incumbents.push({ ms: performance.now() - started, cost: objective, unplaced }),
        },
      );
      const ms = performance.now() - started;
      const { status, objective, bound, assignments, summary } = answer.partial ?? answer;
      if (objective !== null) incumbents.push({ ms, cost: objective, unplaced: summary.unplaced });
      return {
        status: answer.partial ? answer.status : status,
        cost: objective,
        bound,
        plan: assignments.map(({ task, node, copies }) => ({ task, node, copies })),
        ms,
        incumbents,
      };
    },
  };
}
