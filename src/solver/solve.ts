import type { Answer } from '../model/answer.ts';
import { compareScores, scoreOf } from '../model/assignment.ts';
import { costDual } from '../model/dual.ts';
import { buildInstance, type Instance } from '../model/instance.ts';
import type { Window } from '../model/window.ts';
import { lagrangianBound } from './bound/lagrangian.ts';
import { allBut, now, ofSteps, shareOf, untilDeadline } from './budget.ts';
import { closed } from './closed.ts';
import { minimiseCost } from './cost-stage.ts';
import type { Engines } from './engine-pool.ts';
import { finish } from './finish.ts';
import { runHeuristics, runPricedHeuristic } from './greedy-stage.ts';
import { solveByPatterns } from './pattern-stage.ts';
import { descend } from './search/descent.ts';
import { type Progress, SolveState } from './state.ts';
import { proveTiers } from './tiers-stage.ts';

export interface SolveOptions {
  readonly engines: Engines;
  /** Time of `now()` at which the deadline begins to run; default: the call. */
  readonly started?: number;
  /** Milliseconds of the deadline to leave to the caller, for sending the answer; default 0. */
  readonly reserveMs?: number;
  /** Ends the solve early; what is known by then is answered. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Share of the time that the bound by prices may take. */
const BOUND_SHARE = 0.3;
/** Share of the time that one local search may take. */
const SEARCH_SHARE = 0.3;
/** Relative gain of the bound below which another round is not worth it. */
const LEAST_GAIN = 1e-4;

/**
 * Solves a validated window: greedy incumbents, prices and bound, the tiers, the cost, and an answer that is verified.
 * Takes until the deadline at most, or as many steps as `work` says, and always answers.
 */
export async function solve(
  window: Window,
  { engines, started = now(), reserveMs = 0, signal, onProgress }: SolveOptions,
): Promise<Answer> {
  const began = now();
  const instance = buildInstance(window);
  const modelled = now();
  const budget =
    window.work === null
      ? allBut(untilDeadline(started + window.deadlineMs), reserveMs + answerMs(instance))
      : ofSteps(window.work);
  const state = new SolveState(instance, budget, engines, signal, onProgress);
  state.timings.model = modelled - began;

  await state.timed('heuristics', () => runHeuristics(state));
  await state.timed('solve', () => improve(state));
  state.report('heuristics');
  await followPrices(state);
  state.report('bound');
  await state.timed('solve', async () => {
    await solveByPatterns(state, new Float64Array(instance.tiers.length));
    await proveTiers(state);
    await minimiseCost(state);
  });
  await useUp(state);

  const answer = finish(state);
  const timings = Object.entries({ ...answer.timings, total: now() - started }).map(([stage, ms]) => [
    stage,
    rounded(ms),
  ]);
  Object.assign(answer.timings, Object.fromEntries(timings));
  if (answer.partial) Object.assign(answer.partial.timings, answer.timings);
  return answer;
}

/** Prices and bound, the heuristic that follows them, and local search from the best there is. */
async function followPrices(state: SolveState): Promise<void> {
  await state.timed('bound', () => priceCapacity(state));
  await state.timed('heuristics', () => runPricedHeuristic(state));
  await state.timed('solve', () => improve(state));
}

/** Where engines were of no use, or found other unplaced copies than the prices were made for: more of the same while it helps. */
async function useUp(state: SolveState): Promise<void> {
  while (!state.spent && !(state.tiersProven && closed(state)) && state.instance.window.work === null) {
    const bound = state.costBound();
    const { score } = state.incumbents.best;
    await followPrices(state);
    const gained = state.costBound() - bound > LEAST_GAIN * Math.abs(bound);
    if (!gained && state.incumbents.best.score === score) return;
  }
}

/** Adds the prices of the Lagrangian of the capacities at the incumbent's unplaced copies, from the best so far. */
function priceCapacity(state: SolveState): void {
  if (state.spent) return;
  const { assignment, score } = state.incumbents.best;
  const dual = costDual(state.instance, assignment.unplaced);
  const start = state.bestPrices().prices;
  const { prices } = lagrangianBound(state.instance, dual, start, score.cost, shareOf(state.budget, BOUND_SHARE));
  state.prices.push(prices);
}

/** Local search from the best assignment. */
function improve(state: SolveState): void {
  if (state.spent) return;
  const { assignment, score } = state.incumbents.best;
  const better = descend(state.instance, assignment, shareOf(state.budget, SEARCH_SHARE));
  if (compareScores(scoreOf(state.instance, better), score) < 0) state.incumbents.offer(better, 'search');
}

/** Milliseconds to the microsecond. */
const rounded = (ms: number): number => Math.round(1000 * ms) / 1000;

/** Milliseconds that choosing the certificate, verifying and writing the answer are likely to take. */
function answerMs({ tasks, pairs, nodes }: Instance): number {
  return 1.5 + 0.01 * tasks + 0.002 * nodes.copies + 5e-5 * pairs.node.length;
}
