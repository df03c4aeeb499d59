import type { Conflict } from '../../model/answer.ts';
import { buildInstance, unfoldedPairs } from '../../model/instance.ts';
import type { Window } from '../../model/window.ts';
import { type Budget, shareOf } from '../budget.ts';
import type { Engines } from '../engine-pool.ts';
import { runHeuristics } from '../greedy-stage.ts';
import { SolveState } from '../state.ts';
import { proveTiers } from '../tiers-stage.ts';
import { type Constraint, constraintsOf, relaxed } from './constraints.ts';

/** Pairs of task and node, and constraints, up to which a conflict is looked for. */
const MOST_PAIRS = 20_000;
const MOST_CONSTRAINTS = 500;
/** Share of the time left that one trial may take. */
const SHARE = 0.2;

/**
 * An irreducible conflict of a window that can not be placed whole: constraints that can not all hold, where without any one
 * of them the others can. By a deletion filter (Chinneck, Dravnieks 1991), in halves first; each trial is a window of its
 * own, solved for whether all of it can be placed. Null when that could not be told of one of them within the budget, or
 * where there are too many.
 */
export async function conflictOf(
  window: Window,
  engines: Engines,
  budget: Budget,
  signal: AbortSignal | undefined,
): Promise<Conflict[] | null> {
  const all = constraintsOf(window);
  if (budget.expired() || all.length > MOST_CONSTRAINTS || unfoldedPairs(buildInstance(window)) > MOST_PAIRS)
    return null;
  const known = new Map<string, boolean | null>();
  const conflicting = async (kept: readonly Constraint[]): Promise<boolean | null> => {
    const among = new Set(kept);
    const key = all.map((each) => (among.has(each) ? 1 : 0)).join('');
    if (!known.has(key)) {
      const without = all.filter((each) => !among.has(each));
      const trial = shareOf(budget, SHARE);
      const fits = budget.expired() ? null : await placeable(relaxed(window, without), engines, trial, signal);
      known.set(key, fits === null ? null : !fits);
    }
    return known.get(key)!;
  };
  const conflict = await irreducible(all, conflicting);
  return conflict?.map(({ told }) => told) ?? null;
}

/** Of things that conflict some that do, and would not without any one of them. Dropping need not be monotone: a round in which nothing goes is the last. */
async function irreducible<T>(
  all: readonly T[],
  conflicting: (some: readonly T[]) => Promise<boolean | null>,
): Promise<readonly T[] | null> {
  let kept = all;
  for (let size = Math.max(1, all.length >> 1); ; size = Math.max(1, size >> 1)) {
    let dropped = false;
    for (let at = 0; at < kept.length; ) {
      const rest = [...kept.slice(0, at), ...kept.slice(at + size)];
      const verdict = await conflicting(rest);
      if (verdict === null) return null;
      if (verdict) kept = rest;
      else at += size;
      dropped ||= verdict;
    }
    if (size === 1 && !dropped) return kept;
  }
}

/** Whether all copies of a window can be placed; null when that is not known within the budget. */
async function placeable(
  window: Window,
  engines: Engines,
  budget: Budget,
  signal: AbortSignal | undefined,
): Promise<boolean | null> {
  const state = new SolveState(buildInstance(window), budget, engines, signal);
  if (state.homeless.some((copies) => copies > 0)) return false;
  const all = () => state.incumbents.best.score.unplaced.every((copies) => copies === 0);
  runHeuristics(state);
  if (all()) return true;
  await proveTiers(state, 1);
  return state.someUnplaced ? false : all() ? true : null;
}
