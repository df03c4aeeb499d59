import { type Instance, totalCopies } from '../model/instance.ts';
import { newPlacesBoard, type PlacesBoard, postsOn, read } from './board.ts';
import { type Budget, now } from './budget.ts';
import { assignmentAt } from './search/units.ts';
import type { SolveState } from './state.ts';

/** What a thread that improves an assignment is given to report by and to end by. */
export interface Channel {
  /** Where it posts the best assignment, the node copy of each unit in the order of `Units`, −1 for none, and its bound. */
  readonly board: PlacesBoard;
  /** Anything but 0 in its first cell asks it to end. */
  readonly stop: Int32Array;
  /** Time of `now()` at which it should be done; Infinity when steps are counted. */
  readonly deadline: number;
}

/** Whose work a thread's is, and the unplaced copies (tiers) at which its bounds hold. */
export interface Followed {
  readonly method: string;
  readonly unplaced: Float64Array;
  readonly board: PlacesBoard;
}

/** A board for what a thread posts of an instance. */
export const boardFor = (instance: Instance): PlacesBoard => newPlacesBoard(totalCopies(instance));

/**
 * Milliseconds between two looks at what a thread has posted: small windows are done in a moment, so the first comes soon
 * and each pause is so many times the one before, up to a limit; and as a multiple of what a look takes.
 */
const LOOK_MS = { first: 2, most: 40 };
const LOOK_GROWTH = 1.25;
const LOOK_REST = 20;
/** Milliseconds before the end at which a thread should be done. */
const GRACE_MS = 3;

/**
 * Follows a thread that improves the best assignment until it is done, the budget spent or `enough` says so. What it
 * posts is read from shared memory, so that a thread late or lost costs nothing but what it had not posted.
 */
export async function follow(
  state: SolveState,
  { method, unplaced, board }: Followed,
  budget: Budget,
  enough: () => boolean,
  run: (channel: Channel, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { instance, incumbents, signal } = state;
  if (budget.expired()) return;
  const stop = new Int32Array(new SharedArrayBuffer(4));
  let posts = 0;
  let objective = Number.NaN;
  const look = (): void => {
    if (postsOn(board) === posts) return;
    posts = postsOn(board);
    const posted = read(board)!;
    if (posted.objective !== objective || posted.bound === null)
      incumbents.offer(assignmentAt(instance, posted.x), method);
    objective = posted.objective;
    if (posted.bound !== null) state.proveCost(unplaced, posted.bound);
    state.report('solve');
  };
  const remaining = budget.remainingMs();
  const timed = Number.isFinite(remaining);
  const end = new AbortController();
  const timer = timed ? setTimeout(() => end.abort(), remaining) : undefined;
  let due = 0;
  let pause = LOOK_MS.first;
  const watch = (): void => {
    const began = now();
    if (timed && began >= due) {
      look();
      due = began + LOOK_REST * (now() - began);
    }
    if (signal?.aborted || (timed && enough())) Atomics.store(stop, 0, 1);
    pause = Math.min(LOOK_MS.most, LOOK_GROWTH * pause);
    watching = setTimeout(watch, pause);
  };
  let watching = setTimeout(watch, pause);
  try {
    const deadline = timed ? now() + remaining - GRACE_MS : Number.POSITIVE_INFINITY;
    await run({ board, stop, deadline }, end.signal);
  } catch {
    // ended at the deadline, or died: what it had posted is there
  } finally {
    Atomics.store(stop, 0, 1); // nobody follows it any more
    clearTimeout(timer);
    clearTimeout(watching);
  }
  look();
}

/** An instance without its window, as it is sent to a thread: its arrays are shared, names and rules stay behind. */
export function numbersOf({ window, nodes, ...numbers }: Instance): Omit<Instance, 'window'> {
  return { ...numbers, nodes: { ...nodes, representative: [] } };
}
