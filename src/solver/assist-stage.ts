import { compareScores, scoreOf } from '../model/assignment.ts';
import { totalCopies } from '../model/instance.ts';
import type { AssistJob } from './assist-job.ts';
import { type Budget, now, shareOf } from './budget.ts';
import { boardFor, follow, numbersOf } from './follow.ts';
import { Handover } from './proof/handover.ts';
import type { SolveState } from './state.ts';

/**
 * Once the best is so near the bound (as a share of it), and nobody has found anything for so much of the time since the
 * proof began, and for so many milliseconds, the search's thread does more for the proof; and where a search has cooled
 * down, once the best is so near.
 */
const NEAR = { stale: 0.001, cooled: 0.002 };
const STALE = { share: 0.5, ms: 300 };
/**
 * Milliseconds for each copy after which a search that has cooled down comes to hardly less in more time; where there is not
 * twice as many it cools down over all of the time.
 */
const COOLING_MS = 30;

/**
 * What a search beside a proof may spend until either is to be decided on, another search or assisting the proof; null where it
 * takes all of the time.
 */
export function coolingBudget({ budget, instance }: SolveState): Budget | null {
  const cooling = COOLING_MS * totalCopies(instance);
  const remaining = budget.remainingMs();
  return remaining < 2 * cooling ? null : shareOf(budget, cooling / remaining);
}

/** Whether the best is so near the bound that its proof is worth more than another search. */
export const nearEnough = (state: SolveState, near = NEAR.cooled): boolean =>
  state.costBound() >= (1 - near) * state.incumbents.best.score.cost;

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
    return nearEnough(state, NEAR.stale);
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
