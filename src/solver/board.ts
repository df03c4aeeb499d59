/**
 * The best point a thread has found so far, in memory that its and others' threads share: ending the thread at any instant
 * loses nothing. Two slots take turns, so that the one being read is not half written.
 */
export interface Board {
  readonly memory: SharedArrayBuffer;
}

/** A board for the places of units, whole numbers, in half the memory. */
export interface PlacesBoard extends Board {
  readonly whole: true;
}

type Values = Float64Array | Int32Array;

interface Slots {
  readonly posts: Int32Array; // 1: times that something was posted; the last is in slot (posts − 1) mod 2
  readonly figures: Float64Array; // slots × (objective, bound or NaN)
  readonly slot: readonly [Values, Values]; // x
}

export interface BoardEntry<X extends Values = Float64Array> {
  readonly x: X;
  readonly objective: number;
  readonly bound: number | null;
}

/** Bytes before the slots: the posts, and the figures of both slots. */
const HEAD = 40;

/** A board for programs of this many columns. */
export const newBoard = (columns: number): Board => ({ memory: new SharedArrayBuffer(HEAD + 16 * columns) });

/** A board for the places of this many units. */
export const newPlacesBoard = (units: number): PlacesBoard => ({
  memory: new SharedArrayBuffer(HEAD + 8 * units),
  whole: true,
});

function slotsOf(board: Board | PlacesBoard): Slots {
  const { memory } = board;
  const whole = 'whole' in board;
  const length = (memory.byteLength - HEAD) / (whole ? 8 : 16);
  const at = (slot: number): Values =>
    whole
      ? new Int32Array(memory, HEAD + 4 * length * slot, length)
      : new Float64Array(memory, HEAD + 8 * length * slot, length);
  return { posts: new Int32Array(memory, 0, 1), figures: new Float64Array(memory, 8, 4), slot: [at(0), at(1)] };
}

export function post(board: Board | PlacesBoard, x: ArrayLike<number>, objective: number, bound: number | null): void {
  const { posts, figures, slot } = slotsOf(board);
  const before = Atomics.load(posts, 0);
  const next = before & 1;
  figures[2 * next] = objective;
  figures[2 * next + 1] = bound ?? Number.NaN;
  slot[next as 0 | 1].set(x);
  Atomics.store(posts, 0, before + 1);
}

/** How often something was posted: a cheap look for news. */
export const postsOn = ({ memory }: Board): number => Atomics.load(new Int32Array(memory, 0, 1), 0);

/** Times that a reader starts again when it was overtaken. */
const TRIES = 5;

/** The best point posted, or null. */
export function read(board: PlacesBoard): BoardEntry<Int32Array> | null;
export function read(board: Board): BoardEntry | null;
export function read(board: Board | PlacesBoard): BoardEntry<Values> | null {
  const { posts, figures, slot } = slotsOf(board);
  for (let tries = 1; ; tries++) {
    const before = Atomics.load(posts, 0);
    if (before === 0) return null;
    const last = (before - 1) & 1;
    const [objective, bound] = [figures[2 * last]!, figures[2 * last + 1]!];
    const x = slot[last as 0 | 1].slice();
    // one more post goes to the other slot; with two this one may be new in part
    if (Atomics.load(posts, 0) === before || tries === TRIES)
      return { x, objective, bound: Number.isNaN(bound) ? null : bound };
  }
}
