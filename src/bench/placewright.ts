import { LinearProgramBuilder } from '../model/linear-program.ts';
import { EnginePool } from '../solver/engine-pool.ts';
import { solve } from '../solver/solve.ts';
import { VERSION } from '../version.ts';
import type { Contender, Incumbent } from './contender.ts';

/** Threads kept ready to solve. */
const READY = 2;
/** Milliseconds in which threads that were ended are followed by new ones. */
const PAUSE_MS = 100;

/** Placewright as a library, its threads set up like those of the service. */
export async function placewright(): Promise<Contender> {
  const engines = new EnginePool({ ready: READY, threads: 3, searchers: 1, warm: ['glpk', 'highs'] });
  return {
    version: VERSION,
    settled: () => settled(engines),
    async run({ window, seconds, seed }) {
      const incumbents: Incumbent[] = [];
      const started = performance.now();
      const answer = await solve(
        { ...window, seed, deadlineMs: Math.round(1000 * seconds), work: null, gap: 0, compare: false, explain: false },
        {
          engines,
          onProgress: ({ objective, unplaced, bound }) => {
            const last = incumbents.at(-1);
            if (last?.cost === objective && last.unplaced === unplaced && last.bound === bound) return;
            incumbents.push({ ms: performance.now() - started, cost: objective, unplaced, bound });
          },
        },
      );
      const ms = performance.now() - started;
      const { status, objective, bound, assignments, summary } = answer.partial ?? answer;
      if (objective !== null)
        incumbents.push({ ms, cost: objective, unplaced: summary.unplaced, ...(bound !== null && { bound }) });
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

/**
 * Waits until every thread is ready: a solve that was cut off left some at work and ended others, and neither is a part of
 * the next, as it would not be for a service that has a moment between two requests.
 */
async function settled(engines: EnginePool): Promise<void> {
  const builder = new LinearProgramBuilder();
  builder.row(0, 1);
  builder.column(1, 0, 1);
  const program = builder.build();
  await engines.whenIdle();
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  await Promise.all(
    Array.from({ length: READY }, () => engines.run({ engine: 'glpk', program, limits: {}, endAfterMs: 2000 })),
  );
}
