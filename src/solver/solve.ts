import type { Answer } from '../model/answer.ts';
import type { Assignment } from '../model/assignment.ts';
import { buildInstance, type Instance, unfoldedPairs } from '../model/instance.ts';
import type { Window } from '../model/window.ts';
import { allBut, now, ofSteps, unlessAborted, untilDeadline } from './budget.ts';
import type { Engines } from './engine-pool.ts';
import { ClassRelaxation } from './explain/class-relaxation.ts';
import { explained, relaxWhole } from './explain/explain.ts';
import { finish } from './finish.ts';
import { run } from './run.ts';
import { soFar } from './so-far.ts';
import { offerStart, type Start } from './start.ts';
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
  /** Called once the solve has begun, with a function that makes the answer which ending it now would give; null before the first. */
  readonly onBegun?: (soFar: () => Answer | null) => void;
  /** The answer's `id`; default: a random one, or with `work` always one that the same request gets again. */
  readonly id?: string;
  /** Where to start from: an answer known before, or a plan. */
  readonly start?: Start | undefined;
}

/** Share of the time that is kept for the worth of capacity, repairs and conflicts where an answer is to be explained. */
const EXPLAIN_SHARE = 0.2;
/** Making the answer may take as long as making the instance did, on a machine that is busy; share of the deadline up to which that is believed. */
const MODEL_SHARE = 0.1;
/** Of the time kept for answering, the share that is still needed once the answer is made. */
const WRITING_SHARE = 0.7;

/**
 * Solves a validated window: greedy incumbents, prices and bound, the tiers, the cost, and an answer that is verified.
 * Takes until the deadline at most, or as many steps as `work` says, and always answers.
 */
export async function solve(
  window: Window,
  { engines, started = now(), reserveMs = 0, signal, onProgress, onBegun, id, start }: SolveOptions,
): Promise<Answer> {
  const began = now();
  const instance = buildInstance(window);
  const modelled = now();
  const whole = window.work === null ? untilDeadline(started + window.deadlineMs) : ofSteps(window.work);
  const answering = Math.max(answerMs(instance), Math.min(modelled - began, MODEL_SHARE * window.deadlineMs));
  const budget = allBut(whole, () => reserveMs + answering + explainingMs(state));
  const state: SolveState = new SolveState(instance, budget, engines, signal, onProgress);
  state.timings.model = modelled - began;

  onBegun?.(() => soFar(state, id, now() - started));
  if (start) offerStart(state, start);
  await run(state, onProgress);
  const rest = unlessAborted(allBut(whole, reserveMs + WRITING_SHARE * answering), signal);
  const relaxation = window.explain ? await relaxWhole(state, rest) : null;
  const answer = await explained(state, finish(state, id), rest, relaxation);
  const timings = Object.entries({ ...answer.timings, total: now() - started }).map(([stage, ms]) => [
    stage,
    rounded(ms),
  ]);
  Object.assign(answer.timings, Object.fromEntries(timings));
  if (answer.partial) Object.assign(answer.partial.timings, answer.timings);
  return answer;
}

/** Milliseconds that the reasons of one unplaced task are likely to take, for each node and resource. */
const MS_PER_REASON = 6e-5;

/** Milliseconds that telling of what the best assignment leaves unplaced is likely to take, or may where it is to be explained. */
function explainingMs({ instance, incumbents }: SolveState): number {
  const best = incumbents.ranked[0]?.assignment;
  if (!best) return 0;
  const known = EXPLAINING.get(best);
  if (known !== undefined) return known;
  const { window, tasks, width } = instance;
  const unplaced = best.unplaced.reduce((many, copies) => (copies > 0 ? many + 1 : many), 0);
  const reasons = MS_PER_REASON * width * unplaced * (unfoldedPairs(instance) / Math.max(1, tasks));
  const explains = window.explain && (unplaced > 0 || ClassRelaxation.suits(instance));
  const ms = reasons + (explains ? EXPLAIN_SHARE * window.deadlineMs : 0);
  EXPLAINING.set(best, ms);
  return ms;
}

const EXPLAINING = new WeakMap<Assignment, number>();

/** Milliseconds to the microsecond. */
const rounded = (ms: number): number => Math.round(1000 * ms) / 1000;

/** Milliseconds that choosing the certificate, verifying and writing the answer are likely to take. */
function answerMs({ window, tasks, pairs, nodes, count, width, tiers, divisible, rules }: Instance): number {
  const apart = count.reduce((sum, copies) => sum + Math.min(copies, nodes.copies), 0);
  // lines of the answer: a basic solution splits no more tasks than there are capacities
  const lines = divisible ? Math.min(apart, tasks + width * nodes.copies + tiers.length) : apart;
  const running = window.tasks.reduce((sum, { current }) => (current === undefined ? sum : sum + 1), 0);
  const groups = rules ? 1 + 0.01 * tasks : 0;
  const ms =
    1.5 + groups + 0.013 * tasks + 0.02 * running + 0.002 * nodes.copies + 3e-5 * pairs.node.length + 0.0045 * lines;
  return divisible ? 1.5 * ms : ms;
}
