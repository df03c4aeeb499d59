import { workerData } from 'node:worker_threads';
import type { LinearProgram } from '../model/linear-program.ts';
import { type Board, post } from './board.ts';
import { now } from './budget.ts';
import type { EngineLimits, EngineName, Outcome } from './engines/engine.ts';
import { loadEngine } from './engines/engines.ts';
import { type HighsModule, useHighs } from './engines/highs-module.ts';

export { patternJob } from './pattern-job.ts';
export { proofJob } from './proof-job.ts';
export { relaxationJob } from './relaxation-job.ts';
export { searchJob } from './search/search-job.ts';

/** What a thread is asked to solve. */
export interface EngineJob {
  readonly asked: number; // time of now() when its limits were set
  readonly engine: EngineName;
  readonly program: LinearProgram;
  readonly limits: Omit<EngineLimits, 'onIncumbent'>;
  readonly board: Board;
}

/** What a thread is told when it starts. */
export interface EngineThreadData {
  readonly warm: readonly EngineName[]; // engines to load at once, so that the first job finds them warm
  readonly highs: HighsModule | null; // compiled beforehand
}

const { warm, highs } = workerData as EngineThreadData;
useHighs(highs);
await Promise.all(warm.map(loadEngine));

/** The body of an engine thread: one job at a time. */
export async function solveJob({ asked, engine, program, limits, board }: EngineJob): Promise<{ outcome: Outcome }> {
  const loaded = await loadEngine(engine);
  const waited = now() - asked;
  const outcome = loaded.solve(program, {
    ...limits,
    ...(limits.timeLimitMs === undefined ? {} : { timeLimitMs: Math.max(1, limits.timeLimitMs - waited) }),
    onIncumbent: (x, objective, bound) => post(board, x, objective, bound),
  });
  return { outcome };
}
