/** What a round begins with: the cut-off, duals to begin at, and duals at which to fix, best first (tasks each). */
export interface Round {
  readonly cut: number;
  readonly duals: Float64Array;
  readonly kept: readonly Float64Array[];
}

/** A part of the tree: the decisions that lead to it, as numbers by {@link DECISION}, and the duals to begin at. */
export interface Branch {
  readonly path: Int32Array;
  readonly duals: Float64Array;
}

/** Numbers of one decision: 1 for copies in, 0 for out; bin; cell; least copies, or most. */
export const DECISION = 4;

/** Memory that both threads share. */
export interface HandoverMemory {
  readonly tasks: number;
  readonly control: SharedArrayBuffer;
  readonly numbers: SharedArrayBuffer;
}

/** Longest path and most kept duals that are handed over. */
const MOST = { decisions: 1000, kept: 16 };
/** Milliseconds between two looks at the clock while waiting. */
const WAIT_MS = 2;
/** Cells of `control`; those of the owner are followed by the assistant's. */
const CELL = { round: 0, closed: 1, kept: 2, lost: 3, state: 4, length: 6, path: 8 };
/** What a side does: it works, waits for a branch, is being handed one, has one to open. */
const STATE = { working: 0, waiting: 1, receiving: 2, handed: 3 };
/** Cells of `numbers` before the duals. */
const HEAD = { best: 0, cut: 2, duals: 3 };

/** Memory for a tree of so many tasks, or fewer. */
export function handoverMemory(tasks: number): HandoverMemory {
  const control = new SharedArrayBuffer(4 * (CELL.path + 2 * DECISION * MOST.decisions));
  const numbers = new SharedArrayBuffer(8 * (HEAD.duals + tasks * (3 + MOST.kept)));
  new Float64Array(numbers).fill(Number.POSITIVE_INFINITY, HEAD.best, HEAD.best + 2);
  return { tasks, control, numbers };
}

/**
 * How two threads explore one tree: the *owner* of its rounds and an *assistant* that may come and go at any time. Who
 * has nothing left to do says so, and the other hands over a branch that it has not begun, the one nearest to the root. A round is
 * over when neither has any.
 */
export class Handover {
  readonly #side: 0 | 1;
  readonly #tasks: number;
  readonly #control: Int32Array;
  readonly #numbers: Float64Array;
  #round = 0;
  /** Whether the other side may be at work on what this one gave. */
  #given = false;

  constructor({ tasks, control, numbers }: HandoverMemory, side: 'owner' | 'assistant') {
    this.#side = side === 'owner' ? 0 : 1;
    this.#tasks = tasks;
    this.#control = new Int32Array(control);
    this.#numbers = new Float64Array(numbers);
  }

  /** The least cost that the other side has found; Infinity: none. */
  get best(): number {
    return this.#numbers[HEAD.best + this.#other]!;
  }

  /** Tells the other side of a cost found. */
  tell(cost: number): void {
    this.#numbers[HEAD.best + this.#side] = cost;
  }

  /** Owner: begins a round. What is left of the last one is given up. */
  announce({ cut, duals, kept }: Round): void {
    for (const side of [0, 1]) this.#turn(side, STATE.handed, STATE.working);
    if (this.#load(CELL.lost) === 1) this.#store(CELL.state, STATE.working); // it may have gone in the middle of giving
    const many = Math.min(kept.length, MOST.kept);
    this.#numbers[HEAD.cut] = cut;
    this.#duals(0).set(duals);
    for (let n = 0; n < many; n++) this.#duals(3 + n).set(kept[n]!);
    this.#store(CELL.kept, many);
    this.#given = false;
    this.#store(CELL.round, ++this.#round);
  }

  /** Assistant: waits for the next round; null when there will be none, or `goOn` says so. */
  join(goOn: () => boolean): Round | null {
    const seen = this.#round;
    while (goOn() && this.#load(CELL.closed) === 0) {
      this.#round = this.#load(CELL.round);
      if (this.#round !== seen) {
        const kept = Array.from({ length: this.#load(CELL.kept) }, (_, n) => this.#duals(3 + n).slice());
        const round = { cut: this.#numbers[HEAD.cut]!, duals: this.#duals(0).slice(), kept };
        return round; // should the next be announced by now, `moved` says so before anything comes of it
      }
      Atomics.wait(this.#control, CELL.round, seen, WAIT_MS);
    }
    return null;
  }

  /** Assistant: whether the round it joined is over. */
  get moved(): boolean {
    return this.#load(CELL.round) !== this.#round || this.#load(CELL.closed) !== 0;
  }

  /** Whether the other side waits for a branch. */
  get wanted(): boolean {
    return this.#load(CELL.state + this.#other) === STATE.waiting && this.#load(CELL.lost) === 0;
  }

  /** Owner: whether the assistant is gone, and with it what it was handed in this round. */
  get lost(): boolean {
    return this.#given && this.#load(CELL.lost) === 1;
  }

  /** Hands over a branch to the other side. Returns whether it took it: it may no longer wait, and paths may be too long. */
  give({ path, duals }: Branch): boolean {
    const other = this.#other;
    if (path.length > DECISION * MOST.decisions || !this.#turn(other, STATE.waiting, STATE.receiving)) return false;
    this.#control.set(path, CELL.path + other * DECISION * MOST.decisions);
    this.#duals(1 + other).set(duals);
    this.#store(CELL.length + other, path.length);
    this.#given = true;
    this.#store(CELL.state + other, STATE.handed);
    return true;
  }

  /** Waits for a branch; null when the other side has none either, the round is over, or `goOn` says no. */
  take(goOn: () => boolean): Branch | null {
    const side = this.#side;
    const cell = CELL.state + side;
    if (!goOn()) return null; // before anyone may think that all is done
    this.#turn(side, STATE.working, STATE.waiting);
    do {
      const state = this.#load(cell);
      if (side === 1 && this.moved) break;
      if (state === STATE.handed) return this.#open();
      // what the other gave before it began to wait would have been handed by now
      if (side === 0 && (!this.#given || this.wanted) && this.#load(cell) === STATE.waiting) break;
      if (side === 0 && this.lost) break;
      Atomics.wait(this.#control, cell, state, WAIT_MS);
    } while (goOn());
    this.#turn(side, STATE.waiting, STATE.working);
    return null;
  }

  /** Owner: there are no more rounds. */
  close(): void {
    this.#store(CELL.closed, 1);
  }

  /** Whether there has been a round: before, an assistant has nothing to do. */
  static begun({ control }: HandoverMemory): boolean {
    return Atomics.load(new Int32Array(control), CELL.round) > 0;
  }

  /** Tells the owner that the assistant is gone. */
  static lose({ control }: HandoverMemory): void {
    Atomics.store(new Int32Array(control), CELL.lost, 1);
  }

  #open(): Branch {
    const from = CELL.path + this.#side * DECISION * MOST.decisions;
    const branch = {
      path: this.#control.slice(from, from + this.#load(CELL.length + this.#side)),
      duals: this.#duals(1 + this.#side).slice(),
    };
    this.#store(CELL.state + this.#side, STATE.working);
    return branch;
  }

  /** The n-th vector of duals: those of the round, what each side is handed, those kept. */
  #duals(n: number): Float64Array {
    const from = HEAD.duals + n * this.#tasks;
    return this.#numbers.subarray(from, from + this.#tasks);
  }

  get #other(): number {
    return 1 - this.#side;
  }

  /** Turns the state of a side from one into another. Returns whether it was that. */
  #turn(side: number, from: number, to: number): boolean {
    if (Atomics.compareExchange(this.#control, CELL.state + side, from, to) !== from) return false;
    Atomics.notify(this.#control, CELL.state + side);
    return true;
  }

  #load(cell: number): number {
    return Atomics.load(this.#control, cell);
  }

  #store(cell: number, value: number): void {
    Atomics.store(this.#control, cell, value);
    Atomics.notify(this.#control, cell);
  }
}
