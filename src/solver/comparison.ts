import type { Answer } from '../model/answer.ts';
import type { Window } from '../model/window.ts';
import { type SolveOptions, solve } from './solve.ts';

/** Every heuristic beside the optimum. */
export interface Comparison {
  readonly optimum: Pick<
    Answer,
    'status' | 'stop' | 'method' | 'objective' | 'bound' | 'gap' | 'unplacedBounds' | 'timings'
  > & { unplaced: number };
  readonly heuristics: Answer['heuristics'];
}

/** Solves a window and tells how each heuristic did on it. */
export async function compare(window: Window, options: SolveOptions): Promise<Comparison> {
  const answer = await solve({ ...window, compare: true }, options);
  const found = answer.partial ?? answer;
  const { method, objective, bound, gap, unplacedBounds, timings } = found;
  return {
    optimum: {
      status: answer.status,
      stop: answer.stop,
      method,
      objective,
      bound,
      gap,
      unplacedBounds,
      timings,
      unplaced: found.summary.unplaced,
    },
    heuristics: found.heuristics,
  };
}
