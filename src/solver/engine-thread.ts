import { Piscina } from 'piscina';
import type { LinearProgram } from '../model/linear-program.ts';
import { type Board, post } from './board.ts';
import type { EngineLimits, EngineName, Outcome } from './engines/engine.ts';
import { loadEngine } from './engines/engines.ts';
import { giveWay } from './priority.ts';

/** What a thread is asked to solve. */
export interface EngineJob {
  readonly engine: EngineName;
  readonly program: LinearProgram;
  readonly limits: Omit<EngineLimits, 'onIncumbent'>;
  readonly board: Board;
}

giveWay();

/** Engines to load when the thread starts, so that the first job finds them warm. */
const { warm } = Piscina.workerData as { warm: readonly EngineName[] };
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
