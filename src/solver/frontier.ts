import type { Answer } from '../model/answer.ts';
import { sameCopies } from '../model/assignment.ts';
import type { FrontierRequest } from '../model/frontier-body.ts';
import { nodeCopies } from '../model/rules.ts';
import { type PlanLine, verify } from '../model/verifier.ts';
import type { Window } from '../model/window.ts';
import { now } from './budget.ts';
import { PROVEN } from './closed.ts';
import { type SolveOptions, solve } from './solve.ts';

/** The best known with so many moves. */
export interface FrontierPoint {
  readonly moves: number | null; // most moves allowed; null: no more is asked of them than the window does
  readonly made: number | null; // moves of the assignment found, ≤ `moves`
  readonly status: Answer['status'];
  readonly objective: number | null;
  readonly bound: number | null; // no assignment with so many moves and these unplaced copies costs less
  readonly gap: number | null;
  readonly unplaced: { readonly tier: string; readonly copies: number }[];
  readonly unplacedBounds: { readonly tier: string; readonly copies: number | null }[];
}

/** What disruption buys: the least objective for each number of moves, fewest first. */
export interface Frontier {
  readonly points: FrontierPoint[];
  readonly timings: { readonly total: number }; // ms
}

/** What a solve with at most `limit` moves found and proved, by tier. */
interface Run {
  readonly limit: number;
  readonly plan: readonly PlanLine[];
  readonly made: number;
  readonly unplaced: readonly number[];
  readonly cost: number;
  readonly bound: number | null;
  readonly proven: readonly (number | null)[];
}

/**
 * Solves a window for several limits of moves within its deadline: without a limit first, then the smallest first, each
 * with its share of the time that is left, from the best known that makes no more moves. An assignment with few moves is
 * one for every higher limit; what is proven for many moves holds for fewer. So no point is worse than one of fewer moves,
 * and what is closed by another's proof is not solved.
 */
export async function frontier(request: FrontierRequest, options: SolveOptions): Promise<Frontier> {
  const { started = now(), reserveMs = 0, signal } = options;
  const { window } = request;
  const limits = limitsOf(request);
  const tiers = verify({ ...window, unplaced: 'allow' }, []).unplaced.map(({ tier }) => tier);
  const point = (limit: number) => pointAt(limit, runs, window, tiers);
  const runs: Run[] = [];
  const end = started + window.deadlineMs - reserveMs;
  const order = [limits.at(-1)!, ...limits.slice(0, -1)];
  let late = 0; // most milliseconds that a run took beyond its share
  for (const [at, limit] of order.entries()) {
    if (closed(point(limit), window)) continue;
    const began = now();
    const left = end - late - began;
    if (at > 0 && (signal?.aborted || (window.work === null && left <= 0))) break;
    const share = Math.max(1, Math.floor(left / (order.length - at)));
    const known = bestWithin(limit, runs);
    const start = known && { assignments: known.plan };
    runs.push(await runWith(window, limit, share, { ...options, started: began, reserveMs: 0, start }));
    late = Math.max(late, now() - began - share);
  }
  return { points: limits.map(point), timings: { total: now() - started } };
}

/** Numbers of moves to allow, ascending; Infinity stands for no limit but the window's. */
function limitsOf({ window, moves }: FrontierRequest): number[] {
  const nodes = nodeCopies(window);
  const running = window.tasks.reduce(
    (sum, { current, count }) => (current !== undefined && nodes.has(current) ? sum + count : sum),
    0,
  );
  const most = Math.min(window.maxMoves ?? Number.POSITIVE_INFINITY, running);
  const steps: (number | null)[] = [];
  for (let step = 0; step < most; step = Math.max(1, 2 * step)) steps.push(step);
  const limits = (moves ?? [...steps, null]).map((limit) => limit ?? Number.POSITIVE_INFINITY);
  return [...new Set(limits)].sort((a, b) => a - b);
}

async function runWith(window: Window, limit: number, deadlineMs: number, options: SolveOptions): Promise<Run> {
  const most = Math.min(limit, window.maxMoves ?? Number.POSITIVE_INFINITY);
  const { maxMoves: _, ...free } = window;
  const answer = await solve(
    { ...free, ...(most < Number.POSITIVE_INFINITY ? { maxMoves: most } : {}), unplaced: 'allow', deadlineMs },
    options,
  );
  const { unplaced } = verify({ ...window, unplaced: 'allow' }, answer.assignments);
  return {
    limit,
    plan: answer.assignments,
    made: answer.summary.moves,
    unplaced: unplaced.map(({ copies }) => copies),
    cost: answer.objective!,
    bound: answer.bound,
    proven: answer.unplacedBounds.map(({ copies }) => copies),
  };
}

/** Negative when a leaves fewer copies unplaced in the first tier that differs, or costs less. */
function compareRuns(a: Run, b: Run): number {
  const t = a.unplaced.findIndex((copies, tier) => !sameCopies(copies, b.unplaced[tier]!));
  return t < 0 ? a.cost - b.cost : a.unplaced[t]! - b.unplaced[t]!;
}

/** The best that makes no more moves. */
const bestWithin = (limit: number, runs: readonly Run[]): Run | undefined =>
  runs.filter(({ made }) => made <= limit + 1e-9).sort(compareRuns)[0];

/** What all runs together tell of a limit. */
function pointAt(limit: number, runs: readonly Run[], window: Window, tiers: readonly string[]): FrontierPoint {
  const moves = Number.isFinite(limit) ? limit : null;
  const best = bestWithin(limit, runs);
  const nothing = { moves, made: null, objective: null, bound: null, gap: null, unplaced: [] };
  if (!best) return { ...nothing, status: 'unknown', unplacedBounds: tiers.map((tier) => ({ tier, copies: null })) };

  // what is proven with more moves holds here, as far as it is about the same unplaced copies
  const wider = runs.filter((run) => run.limit >= limit);
  const provenTiers = Math.max(0, ...wider.map(({ proven }) => agreement(proven, best.unplaced)));
  const same = wider.filter(({ unplaced }) => agreement(unplaced, best.unplaced) === tiers.length);
  const bounds = same.flatMap(({ bound }) => (bound === null ? [] : [bound]));
  const bound = bounds.length === 0 ? null : Math.min(best.cost, Math.max(...bounds));
  const difference = bound === null ? Number.POSITIVE_INFINITY : best.cost - bound;
  const gap = bound === null ? null : difference <= 1e-12 * best.cost ? 0 : difference / best.cost;
  const optimal = provenTiers === tiers.length && gap !== null && gap <= PROVEN;
  const unplacedBounds = tiers.map((tier, t) => ({ tier, copies: t < provenTiers ? best.unplaced[t]! : null }));
  if (window.unplaced === 'forbid' && best.unplaced.some((copies) => copies > 0)) {
    const infeasible = unplacedBounds.some(({ copies }) => copies !== null && copies > 0);
    return { ...nothing, status: infeasible ? 'infeasible' : 'unknown', unplacedBounds };
  }
  return {
    moves,
    made: best.made,
    status: optimal ? 'optimal' : 'feasible',
    objective: best.cost,
    bound,
    gap,
    unplaced: tiers.map((tier, t) => ({ tier, copies: best.unplaced[t]! })),
    unplacedBounds,
  };
}

/** How many tiers, from the first, have the same copies. */
function agreement(a: readonly (number | null)[], b: readonly number[]): number {
  const t = a.findIndex((copies, tier) => copies === null || !sameCopies(copies, b[tier]!));
  return t < 0 ? a.length : t;
}

/** Whether no solve could tell more of a point. */
const closed = ({ status, gap, unplacedBounds }: FrontierPoint, { gap: enough }: Window): boolean =>
  status === 'optimal' ||
  status === 'infeasible' ||
  (gap !== null && gap <= enough && unplacedBounds.every(({ copies }) => copies !== null));
