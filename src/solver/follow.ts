import { type Instance, totalCopies } from '../model/instance.ts';
import { type Board, newBoard, read } from './board.ts';
import { type Budget, now } from './budget.ts';
import { assignmentAt } from './search/units.ts';
import type { SolveState } from './state.ts';

/** What a thread that improves an assignment is given to report by and to end by. */
export interface Channel {
  /** Where it posts the best assignment, the node copy of each unit in the order of `Units`, −1 for none, and its bound. */
  readonly board: Board;
  /** Anything but 0 in its first cell asks it to end. */
  readonly stop: Int32Array;
  /** Time of `now()` at which it should be done; Infinity when steps are counted. */
  readonly deadline: number;
}

/** Whose work a thread's is, and the unplaced copies (tiers) at which its bounds hold. */
export interface Followed {
  readonly method: string;
  readonly unplaced: Float64Array;
}

/** Milliseconds between two looks at what a thread has posted. */
const LOOK_MS = 40;
/** Milliseconds before the end at which a thread should be done. */
const GRACE_MS = 3;

/**
 * Follows a thread that improves the best assignment until it is done, the budget spent or `enough` says so. What it
 * posts is read from shared memory, so that a thread late or lost costs nothing but what it had not posted.
 */
export async function follow(
  state: SolveState,
  { method, unplaced }: Followed,
  budget: Budget,
  enough: () => boolean,
  run: (channel: Channel, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { instance, incumbents, signal } = state;
  if (budget.expired()) return;
  const board = newBoard(totalCopies(instance));
  const stop = new Int32Array(new SharedArrayBuffer(4));
  let seen = { objective: Number.NaN, bound: null as number | null };
  const look = (): void => {
    const posted = read(board);
    if (!posted || (posted.objective === seen.objective && posted.bound === seen.bound)) return;
    if (posted.objective !== seen.objective) incumbents.offer(assignmentAt(instance, posted.x), method);
    seen = posted;
    if (posted.bound !== null) state.proveCost(unplaced, posted.bound);
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
    const deadline = timed ? now() + remaining - GRACE_MS : Number.POSITIVE_INFINITY;
    await run({ board, stop, deadline }, end.signal);
  } catch {
    // ended at the deadline, or died: what it had posted is there
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
  }
  look();
}

/** An instance without its window, as it is sent to a thread: its arrays are shared, names and rules stay behind. */
export function numbersOf({ window, nodes, ...numbers }: Instance): Omit<Instance, 'window'> {
  return { ...numbers, nodes: { ...nodes, representative: [] } };
}
