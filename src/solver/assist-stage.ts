import { compareScores, scoreOf } from '../model/assignment.ts';
import type { AssistJob } from './assist-job.ts';
import { now } from './budget.ts';
import { boardFor, follow, numbersOf } from './follow.ts';
import { Handover } from './proof/handover.ts';
import type { SolveState } from './state.ts';

/**
 * Once the best is so near the bound (as a share of it), and nobody has found anything for so much of the time since the
 * proof began, and for so many milliseconds, the search's thread does more for the proof.
 */
const NEAR = 0.001;
const STALE = { share: 0.5, ms: 300 };

/** Whether a search beside a proof that begins now has little left to find; to be asked now and then. */
export function staleness(state: SolveState): () => boolean {
  const { incumbents } = state;
  const began = now();
  let { score } = incumbents.best;
  let since = began;
  return () => {
    const time = now();
    if (compareScores(incumbents.best.score, score) < 0) {
      score = incumbents.best.score;
      since = time;
    }
    if (time - since < Math.max(STALE.ms, STALE.share * (time - began))) return false;
    return state.costBound() >= (1 - NEAR) * score.cost;
  };
}

/** Has the thread of a search that has ended assist a proof, which began like this, until `enough` says so. */
export async function assistProof(
  state: SolveState,
  proof: Pick<AssistJob, 'start' | 'ceiling' | 'handover'>,
  enough: () => boolean,
): Promise<void> {
  const { instance, engines, budget } = state;
  const { unplaced } = scoreOf(instance, proof.start);
  const board = boardFor(instance);
  await follow(state, { method: 'branch-and-bound', unplaced, board }, budget, enough, (channel, signal) =>
    engines.assist!(
      { instance: numbersOf(instance), prices: state.bestPrices().prices, ...proof, ...channel },
      signal,
    ).finally(() => Handover.lose(proof.handover)),
  );
}
