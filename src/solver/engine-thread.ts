import { workerData } from 'node:worker_threads';
import type { LinearProgram } from '../model/linear-program.ts';
import { type Board, post } from './board.ts';
import type { EngineLimits, EngineName, Outcome } from './engines/engine.ts';
import { loadEngine } from './engines/engines.ts';
import { type HighsModule, useHighs } from './engines/highs-module.ts';
import { giveWay } from './priority.ts';

export { patternJob } from './pattern-job.ts';
export { proofJob } from './proof-job.ts';
export { relaxationJob } from './relaxation-job.ts';
export { searchJob } from './search/search-job.ts';

/** What a thread is asked to solve. */
export interface EngineJob {
  readonly engine: EngineName;
  readonly program: LinearProgram;
  readonly limits: Omit<EngineLimits, 'onIncumbent'>;
  readonly board: Board;
}

giveWay();

/** What a thread is told when it starts. */
export interface EngineThreadData {
  readonly warm: readonly EngineName[]; // engines to load at once, so that the first job finds them warm
  readonly highs: HighsModule | null; // compiled beforehand
}

const { warm, highs } = workerData as EngineThreadData;
useHighs(highs);
await Promise.all(warm.map(loadEngine));

/** The body of an engine thread: one job at a time. */
export default async function solveJob({ engine, program, limits, board }: EngineJob): Promise<{ outcome: Outcome }> {
  const loaded = await loadEngine(engine);
  const outcome = loaded.solve(program, {
    ...limits,
    onIncumbent: (x, objective, bound) => post(board, x, objective, bound),
  });
  return { outcome };
}
