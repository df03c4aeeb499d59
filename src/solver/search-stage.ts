import { newBoard, read } from './board.ts';
import { type Budget, now } from './budget.ts';
import { closed, isSmall } from './closed.ts';
import type { StageResult } from './engine-stage.ts';
import { searchable } from './search/descent.ts';
import { assignmentAt } from './search/units.ts';
import type { SolveState } from './state.ts';

/** Milliseconds between two looks at what the search has posted. */
const LOOK_MS = 40;
/** Milliseconds before the end at which the search should be done. */
const GRACE_MS = 3;

/**
 * Runs an engine's program beside the search, which goes on until the program is solved to optimality, the cost is proven
 * or the budget spent. In turn when steps are counted; without search where GLPK needs milliseconds.
 */
export async function besideSearch(
  state: SolveState,
  budget: Budget,
  solveProgram: () => Promise<StageResult | null>,
): Promise<StageResult | null> {
  if (isSmall(state.instance)) return solveProgram();
  if (state.instance.window.work !== null) {
    await search(state, budget, () => closed(state));
    return solveProgram();
  }
  let solved = false;
  const solving = solveProgram().then((result) => {
    solved = result?.outcome.truth === 'optimal';
    return result;
  });
  await search(state, budget, () => solved || closed(state));
  return solving;
}

/**
 * Improves the best assignment in a thread of its own until the budget is spent or `enough` says so. What the thread
 * posts is read from shared memory, so that a thread late or lost costs nothing but what it had not posted.
 */
async function search(state: SolveState, budget: Budget, enough: () => boolean): Promise<void> {
  const { instance, incumbents, engines, signal } = state;
  if (!engines.search || !searchable(instance) || budget.expired()) return;
  const { window, nodes, ...numbers } = instance;
  const units = instance.count.reduce((sum, copies) => sum + copies, 0);
  const board = newBoard(units);
  const stop = new Int32Array(new SharedArrayBuffer(4));
  let seen = incumbents.best.score.cost;
  const look = (): void => {
    const posted = read(board);
    if (!posted || posted.objective >= seen) return;
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
