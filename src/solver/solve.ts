import type { Answer } from '../model/answer.ts';
import { buildInstance, type Instance } from '../model/instance.ts';
import { namedPart, type Part } from '../model/part.ts';
import { foldedPart } from '../model/task-classes.ts';
import { restricted } from '../model/unfold.ts';
import type { Window } from '../model/window.ts';
import { allBut, now, ofSteps, untilDeadline } from './budget.ts';
import type { Engines } from './engine-pool.ts';
import { finish } from './finish.ts';
import { runFirstHeuristic, runHeuristics } from './greedy-stage.ts';
import { improve, linear } from './improve.ts';
import { join } from './join.ts';
import { type Progress, SolveState } from './state.ts';

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

  await state.timed('heuristics', () => (linear(state) ? runFirstHeuristic(state) : runHeuristics(state)));
  const folded = foldedPart(instance);
  await (folded ? solveFolded(state, folded, onProgress) : improve(state));

  const answer = finish(state);
  const timings = Object.entries({ ...answer.timings, total: now() - started }).map(([stage, ms]) => [
    stage,
    rounded(ms),
  ]);
  Object.assign(answer.timings, Object.fromEntries(timings));
  if (answer.partial) Object.assign(answer.partial.timings, answer.timings);
  return answer;
}

/** Improves an instance whose equal entries are one task each. */
async function solveFolded(whole: SolveState, part: Part, onProgress: SolveOptions['onProgress']): Promise<void> {
  const { instance, engines, signal, incumbents, homeless } = whole;
  const outside = homeless.reduce((sum, copies) => sum + copies, 0);
  const report = (progress: Progress) => onProgress?.({ ...progress, unplaced: outside + progress.unplaced });
  const budget = allBut(whole.budget, joinMs(instance));
  const state = new SolveState(namedPart(instance, part), budget, engines, signal, onProgress && report);
  for (const { assignment, method } of incumbents.ranked)
    state.incumbents.offer(restricted(instance, [part], assignment)[0]!, method);
  await improve(state);
  join(whole, part, state);
}

/** Milliseconds to the microsecond. */
const rounded = (ms: number): number => Math.round(1000 * ms) / 1000;

/** Milliseconds that choosing the certificate, verifying and writing the answer are likely to take. */
function answerMs({ tasks, pairs, nodes, count, width, tiers, divisible }: Instance): number {
  const apart = count.reduce((sum, copies) => sum + Math.min(copies, nodes.copies), 0);
  // lines of the answer: a basic solution splits no more tasks than there are capacities
  const lines = divisible ? Math.min(apart, tasks + width * nodes.copies + tiers.length) : apart;
  const ms = 1.5 + 0.013 * tasks + 0.002 * nodes.copies + 2e-5 * pairs.node.length + 0.004 * lines;
  return divisible ? 1.5 * ms : ms;
}

/** Milliseconds that unfolding an assignment and pricing all pairs once more are likely to take. */
const joinMs = ({ tasks, pairs }: Instance): number => 0.5 + 0.002 * tasks + 1e-5 * pairs.node.length;
