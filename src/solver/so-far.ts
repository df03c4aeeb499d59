import type { Answer } from '../model/answer.ts';
import { finish } from './finish.ts';
import { join } from './join.ts';
import type { SolveState } from './state.ts';

/** The answer that ending a solve now, after so many milliseconds, would give; null while there is no incumbent. Leaves the state as it is. */
export function soFar(state: SolveState, id: string | undefined, ms: number): Answer | null {
  if (state.incumbents.ranked.length === 0) return null;
  const copy = state.copy();
  if (state.folded) join(copy, state.folded.part, state.folded.state);
  const answer = finish(copy, id);
  answer.timings.total = ms;
  return answer;
}
