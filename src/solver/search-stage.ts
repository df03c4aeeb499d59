import { totalCopies } from '../model/instance.ts';
import { newBoard, read } from './board.ts';
import { type Budget, now, shareOf } from './budget.ts';
import { closed, isSmall } from './closed.ts';
import { type StageResult, solveInteger } from './engine-stage.ts';
import type { EngineName } from './engines/engine.ts';
import type { Stage } from './formulation.ts';
import { searchable } from './search/descent.ts';
import { assignmentAt } from './search/units.ts';
import type { SolveState } from './state.ts';

/** Milliseconds between two looks at what the search has posted. */
const LOOK_MS = 40;
/** Milliseconds before the end at which the search should be done. */
const GRACE_MS = 3;

/** Share of the time that GLPK has for a small program before HiGHS and the search are called in. */
const SMALL_SHARE = 0.25;

/**
 * Solves the integer program of a stage beside the search, which goes on until the program is solved to optimality, the
 * cost is proven or the budget spent; in turn when steps are counted. Small programs are GLPK's alone at first, which
 * mostly needs milliseconds; where it does not finish and no engine was named, HiGHS takes over.
 */
export async function solveBesideSearch(state: SolveState, stage: Stage, budget: Budget): Promise<StageResult | null> {
  const { window } = state.instance;
  const enough = () => stage.tier === null && closed(state);
  let engine: EngineName | undefined;
  if (isSmall(state.instance)) {
    const named = window.engine !== 'auto';
    const first = await solveInteger(state, stage, named ? budget : shareOf(budget, SMALL_SHARE));
    if (first?.assignment) state.incumbents.offer(first.assignment, `ilp:${first.engine}`);
    if (named || isDone(first)) return first;
    engine = 'highs';
  }
  if (window.work !== null) {
    await search(state, budget, enough);
    return solveInteger(state, stage, budget, engine);
  }
  let solved = false;
  const solving = solveInteger(state, stage, budget, engine).then((result) => {
    solved = isDone(result);
    return result;
  });
  await search(state, budget, () => solved || enough());
  return solving;
}

const isDone = (result: StageResult | null): boolean =>
  result?.outcome.truth === 'optimal' || result?.outcome.truth === 'infeasible';

/**
 * Improves the best assignment in a thread of its own until the budget is spent or `enough` says so. What the thread
 * posts is read from shared memory, so that a thread late or lost costs nothing but what it had not posted.
 */
async function search(state: SolveState, budget: Budget, enough: () => boolean): Promise<void> {
  const { instance, incumbents, engines, signal } = state;
  if (!engines.search || !searchable(instance) || budget.expired()) return;
  const { window, nodes, ...numbers } = instance;
  const board = newBoard(totalCopies(instance));
  const stop = new Int32Array(new SharedArrayBuffer(4));
  let seen = Number.NaN;
  const look = (): void => {
    const posted = read(board);
    if (!posted || posted.objective === seen) return;
    seen = posted.objective;
    incumbents.offer(assignmentAt(instance, posted.x), 'search');
    state.report('solve');
  };
  const remaining = budget.remainingMs();
  const timed = Number.isFinite(remaining);
  const end = new AbortController();
  const timer = timed ? setTimeout(() => end.abort(), remaining) : undefined;
  const watch = setInterval(() => {
    look();
    if (signal?.aborted || enough()) Atomics.store(stop, 0, 1);
  }, LOOK_MS);
  try {
    await engines.search(
      {
        instance: { ...numbers, nodes: { ...nodes, representative: [] } },
        start: incumbents.best.assignment,
        prices: state.bestPrices().prices,
        seed: window.seed,
        deadline: timed ? now() + remaining - GRACE_MS : Number.POSITIVE_INFINITY,
        strides: budget.steps,
        board,
        stop,
      },
      end.signal,
    );
  } catch {
    // ended at the deadline, or died: what it had posted is there
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
  }
  look();
}
