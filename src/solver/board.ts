/**
 * The best point an engine has found so far, in memory that its thread and the caller's share: ending the thread at
 * any instant loses nothing. Two slots take turns, so that the one being read is never half written.
 */
export interface Board {
  readonly memory: SharedArrayBuffer;
}

interface Slots {
  readonly turn: Int32Array; // 1: 0 = nothing yet, else 1 + the slot that holds the best point
  readonly slot: readonly [Float64Array, Float64Array]; // objective, bound (NaN when none), x …
}

export interface BoardEntry {
  readonly x: Float64Array;
  readonly objective: number;
  readonly bound: number | null;
}

/** A board for programs of this many columns. */
export const newBoard = (columns: number): Board => ({ memory: new SharedArrayBuffer(8 + 16 * (columns + 2)) });

function slotsOf({ memory }: Board): Slots {
  const length = (memory.byteLength - 8) / 16;
  return {
    turn: new Int32Array(memory, 0, 1),
    slot: [new Float64Array(memory, 8, length), new Float64Array(memory, 8 + 8 * length, length)],
  };
}

export function post(board: Board, x: ArrayLike<number>, objective: number, bound: number | null): void {
  const { turn, slot } = slotsOf(board);
  const next = Atomics.load(turn, 0) === 1 ? 1 : 0;
  const target = slot[next];
  target[0] = objective;
  target[1] = bound ?? Number.NaN;
  target.set(x, 2);
  Atomics.store(turn, 0, next + 1);
}

/** The best point posted, or null. */
export function read(board: Board): BoardEntry | null {
  const { turn, slot } = slotsOf(board);
  const at = Atomics.load(turn, 0);
  if (at === 0) return null;
  const source = slot[at - 1 === 0 ? 0 : 1];
  return { x: source.slice(2), objective: source[0]!, bound: Number.isNaN(source[1]!) ? null : source[1]! };
}
