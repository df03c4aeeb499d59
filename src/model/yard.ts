import { addTo } from './lists.ts';
/** Copies on their way from one node to another. Nodes are numbered. */
export interface Transfer {
  readonly task: number;
  readonly from: number;
  readonly to: number;
  readonly copies: number; // > 0
  readonly gives: Float64Array; // resources → what one copy frees at `from`
  readonly takes: Float64Array; // resources → what one copy takes at `to`
}

/** Copies moved at once. */
export interface Step {
  readonly transfer: Transfer;
  readonly copies: number;
}

/** A node that could hold copies of a transfer for a while, and what one copy takes there. */
export interface Stopover {
  readonly node: number;
  readonly takes: Float64Array;
}

export interface YardOptions {
  readonly width: number; // resources
  readonly divisible: boolean;
  /** Nodes × resources: what is free before the first step. Changed: at the end what is free after the last. */
  readonly room: Float64Array;
  /** Where copies of a transfer could wait, best first; absent: no detours are looked for. */
  readonly stopovers?: (transfer: Transfer) => Iterable<Stopover>;
  /** Looks at a transfer that searches may take, all together; default {@link EFFORT}. */
  readonly effort?: number;
}

/** Enough to search knots of some ten moves to the end, in some ten milliseconds. */
const EFFORT = 400_000;
/** Copies of a divisible task below which a step is none. */
const LEAST_SHARE = 1e-6;

/** A state on the way down of a search: the steps made until then, and which of its choices to look at next. */
interface Frame {
  readonly kept: number;
  readonly first: number; // position of the transfer to begin with
  choice: number; // twice the positions after that, + 1: a single copy instead of all that fit
}

/** What is free and what is left to move while steps are made and taken back. */
export class Yard {
  readonly steps: Step[] = [];
  readonly left: number[]; // transfers → copies still to move
  readonly #transfers: Transfer[];
  readonly #made: number[] = []; // steps → transfer
  readonly #options: YardOptions;
  #effort: number;
  #open: number; // transfers with copies still to move

  constructor(transfers: readonly Transfer[], options: YardOptions) {
    this.#transfers = [...transfers];
    this.#options = options;
    this.#effort = options.effort ?? EFFORT;
    this.left = transfers.map(({ copies }) => copies);
    this.#open = transfers.length;
  }

  /** Copies of a transfer that its target has room for now. */
  fitting(t: number): number {
    const { to, takes } = this.#transfers[t]!;
    const { room, width, divisible } = this.#options;
    this.#effort--;
    let most = this.left[t]!;
    for (let k = 0; k < width; k++) if (takes[k]! > 0) most = Math.min(most, room[to * width + k]! / takes[k]!);
    if (divisible) return most >= Math.min(this.left[t]!, LEAST_SHARE) ? most : 0;
    return Math.max(0, Math.floor(most));
  }

  make(t: number, copies: number): void {
    this.#move(t, copies);
    this.steps.push({ transfer: this.#transfers[t]!, copies });
    this.#made.push(t);
  }

  #move(t: number, copies: number): void {
    const { from, to, gives, takes } = this.#transfers[t]!;
    const { room, width } = this.#options;
    for (let k = 0; k < width; k++) {
      room[from * width + k]! += copies * gives[k]!;
      room[to * width + k]! -= copies * takes[k]!;
    }
    if (this.left[t] === 0) this.#open++;
    this.left[t]! -= copies;
    if (this.left[t] === 0) this.#open--;
  }

  /** Takes back all steps but the first `kept`. */
  #back(kept: number): void {
    while (this.steps.length > kept) this.#move(this.#made.pop()!, -this.steps.pop()!.copies);
  }

  /** Moves whatever of `among` goes to a node that has room for all of them that go there, as long as there is such a node. */
  settle(among: readonly number[]): void {
    const into = this.#byTarget(among);
    const effort = this.#effort;
    this.#settleFrom([...into.keys()], into);
    this.#effort = effort; // that of searches is counted, no other
  }

  #byTarget(among: readonly number[]): Map<number, number[]> {
    const into = new Map<number, number[]>();
    for (const t of among) addTo(into, this.#transfers[t]!.to, t);
    return into;
  }

  /** The same where only `nodes` have got more room since it was last done. */
  #settleFrom(nodes: number[], into: ReadonlyMap<number, readonly number[]>): void {
    for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
      const coming = into.get(node)?.filter((t) => this.left[t]! > 0) ?? [];
      if (!this.#takesAll(node, coming)) continue;
      for (const t of coming) {
        this.make(t, this.left[t]!);
        nodes.push(this.#transfers[t]!.from);
      }
    }
  }

  #takesAll(node: number, coming: readonly number[]): boolean {
    const { room, width } = this.#options;
    this.#effort -= coming.length;
    for (let k = 0; k < width; k++) {
      let need = 0;
      for (const t of coming) need += this.left[t]! * this.#transfers[t]!.takes[k]!;
      if (need > 0 && need > room[node * width + k]!) return false;
    }
    return true;
  }

  /**
   * Makes all that is left of `among`, in some order found depth-first; where there is none (`none`), or the effort ends
   * (`unknown`), nothing of it. Copies move all that fit at first and one by one at last, so that every order is tried.
   * What is left to move tells what is free: a state that failed is not entered again. Shares of divisible tasks move as
   * much as fits only: they are proven to have no order where nothing at all can move.
   */
  search(among: readonly number[]): 'ordered' | 'none' | 'unknown' {
    const began = this.steps.length;
    const others = this.#open - among.filter((t) => this.left[t]! > 0).length;
    const into = this.#byTarget(among);
    const failed = new Set<string>();
    const path: Frame[] = [];
    const key = () => {
      this.#effort -= among.length;
      return among.map((t) => this.left[t]!).join();
    };
    let first = 0;
    this.#settleFrom([...into.keys()], into);
    for (let met = false; ; met = failed.size > 0 && failed.has(key())) {
      if (this.#open === others) return 'ordered';
      if (!met) path.push({ kept: this.steps.length, first, choice: 0 });

      // the next choice of the last state that has one
      let at: number | null = null;
      while (at === null) {
        const frame = path.at(-1);
        if (!frame || this.#effort < 0) {
          const proven = !frame && !(this.#options.divisible && failed.size > 1);
          this.#back(began);
          return proven ? 'none' : 'unknown';
        }
        this.#back(frame.kept);
        at = this.#choose(frame, among);
        if (at !== null) continue;
        failed.add(key());
        path.pop();
      }
      first = at;
      this.#settleFrom([this.#transfers[among[at]!]!.from], into);
    }
  }

  /** Makes the next choice of a state, and returns the position of its transfer; null when there is none left. */
  #choose(frame: Frame, among: readonly number[]): number | null {
    for (; frame.choice < 2 * among.length; frame.choice++) {
      const at = (frame.first + (frame.choice >> 1)) % among.length;
      const t = among[at]!;
      const single = frame.choice % 2 === 1;
      if (this.left[t] === 0 || (single && this.#options.divisible)) continue;
      const fitting = this.fitting(t);
      if (fitting === 0 || (single && fitting === 1)) continue;
      frame.choice++;
      this.make(t, single ? 1 : fitting);
      return at;
    }
    return null;
  }

  /**
   * Steps that make all that is left of `among` with at most `most` of them going by way of a third node, the first
   * `settled` excepted; null when none are found. Makes nothing.
   */
  detour(among: readonly number[], most: number, settled = 0): Step[] | null {
    const { stopovers } = this.#options;
    if (!stopovers || most === 0) return null;
    const began = this.steps.length;
    for (const t of among.slice(settled)) {
      if (this.left[t] === 0) continue;
      const transfer = this.#transfers[t]!;
      for (const { node, takes } of stopovers(transfer)) {
        if (this.#effort < 0) return null;
        const there = this.#transfers.push({ ...transfer, to: node, takes }) - 1;
        this.left[there] = this.left[t]!;
        const parked = this.fitting(there);
        let found: Step[] | null = null;
        if (parked > 0) {
          const onward = this.#transfers.push({ ...transfer, from: node, gives: takes }) - 1;
          this.left[t]! -= parked;
          this.left[onward] = parked;
          this.make(there, parked);
          const rest = [onward, ...among];
          if (this.search(rest) === 'ordered') found = this.steps.slice(began);
          else {
            const more = this.detour(rest, most - 1, settled + 1);
            found = more && [this.steps[began]!, ...more];
          }
          this.#back(began);
          this.left[t]! += parked;
        }
        this.#transfers.length = there;
        this.left.length = there;
        if (found) return found;
      }
    }
    return null;
  }
}
