import { grown } from './grown.ts';
import type { ProofProblem } from './problem.ts';
import { WIDER } from './rooms.ts';

/**
 * What the tree has decided: how many copies of each task each bin may take. Alike copies of a node class share one bin
 * until a decision sets one apart. A cell is an item in a bin; those of bin b are base[b] ≤ c < base[b] + its items.
 */
export class Domains {
  readonly problem: ProofProblem;
  readonly bins: number; // slots
  readonly kind: Int32Array; // bins → kind
  readonly firstBin: Int32Array; // kinds + 1 → bin slots, of which some are in use
  readonly size: Int32Array; // bins → alike copies it stands for; 0: not in use
  readonly base: Int32Array; // bins → first cell
  readonly low: Int32Array; // cells → least copies
  readonly high: Int32Array; // cells → most copies
  readonly cells: number;
  readonly sumLow: Int32Array; // tasks → Σ size · low
  readonly sumHigh: Int32Array; // tasks → Σ size · high
  readonly stamp: Int32Array; // bins → changes so far
  readonly #taskStart: Int32Array; // tasks + 1, into #taskItem
  readonly #taskItem: Int32Array; // items by task
  readonly #kindOfItem: Int32Array;
  #trail = new Int32Array(3 * 4096); // cell, low and high before; or −1 − bin, slot set apart, 0
  #trailed = 0;
  readonly #taskQueue: Int32Array;
  readonly #binQueue: Int32Array;
  readonly #taskQueued: Uint8Array;
  readonly #binQueued: Uint8Array;
  #tasksQueued = 0;
  #binsQueued = 0;

  constructor(problem: ProofProblem) {
    this.problem = problem;
    const { kinds, size, start, most, task, tasks } = problem;
    this.firstBin = new Int32Array(kinds + 1);
    for (let q = 0; q < kinds; q++) this.firstBin[q + 1] = this.firstBin[q]! + size[q]!;
    this.bins = this.firstBin[kinds]!;
    this.kind = new Int32Array(this.bins);
    this.base = new Int32Array(this.bins);
    this.size = new Int32Array(this.bins);
    let cells = 0;
    for (let q = 0; q < kinds; q++) {
      this.size[this.firstBin[q]!] = size[q]!;
      for (let b = this.firstBin[q]!; b < this.firstBin[q + 1]!; b++) {
        this.kind[b] = q;
        this.base[b] = cells;
        cells += start[q + 1]! - start[q]!;
      }
    }
    this.cells = cells;
    this.low = new Int32Array(cells);
    this.high = new Int32Array(cells);
    this.sumLow = new Int32Array(tasks);
    this.sumHigh = new Int32Array(tasks);
    this.stamp = new Int32Array(this.bins);
    this.#kindOfItem = new Int32Array(task.length);
    this.#taskStart = new Int32Array(tasks + 1);
    for (let q = 0; q < kinds; q++) {
      for (let e = start[q]!; e < start[q + 1]!; e++) {
        this.#kindOfItem[e] = q;
        this.#taskStart[task[e]! + 1]!++;
        if (size[q] === 0) continue;
        this.high[this.base[this.firstBin[q]!]! + e - start[q]!] = most[e]!;
        this.sumHigh[task[e]!]! += size[q]! * most[e]!;
      }
    }
    for (let i = 0; i < tasks; i++) this.#taskStart[i + 1]! += this.#taskStart[i]!;
    const next = this.#taskStart.slice();
    this.#taskItem = new Int32Array(task.length);
    for (let e = 0; e < task.length; e++) this.#taskItem[next[task[e]!]!++] = e;
    this.#taskQueue = new Int32Array(tasks);
    this.#taskQueued = new Uint8Array(tasks);
    this.#binQueue = new Int32Array(this.bins);
    this.#binQueued = new Uint8Array(this.bins);
  }

  /** A point to return to. */
  get mark(): number {
    return this.#trailed;
  }

  /** Takes back everything decided since `mark`. */
  undo(mark: number): void {
    while (this.#trailed > mark) {
      this.#trailed -= 3;
      const cell = this.#trail[this.#trailed]!;
      const one = this.#trail[this.#trailed + 1]!;
      if (cell < 0) {
        this.size[-1 - cell]!++;
        this.size[one] = 0;
        this.stamp[-1 - cell]!++;
      } else {
        const bin = this.#trail[this.#trailed + 2]!;
        this.#trailed -= 3;
        const [low, high] = [this.#trail[this.#trailed]!, this.#trail[this.#trailed + 1]!];
        const task = this.#taskOfCell(cell, bin);
        this.sumLow[task]! += this.size[bin]! * (low - this.low[cell]!);
        this.sumHigh[task]! += this.size[bin]! * (high - this.high[cell]!);
        this.low[cell] = low;
        this.high[cell] = high;
        this.stamp[bin]!++;
      }
    }
  }

  /** Sets one of the alike copies of a bin apart and returns its bin; the bin itself when it stands for one. */
  setApart(bin: number): number {
    if (this.size[bin] === 1) return bin;
    const q = this.kind[bin]!;
    let slot = this.firstBin[q]!;
    while (this.size[slot]! > 0) slot++;
    const many = this.problem.start[q + 1]! - this.problem.start[q]!;
    const from = this.base[bin]!;
    this.low.copyWithin(this.base[slot]!, from, from + many);
    this.high.copyWithin(this.base[slot]!, from, from + many);
    this.size[bin]!--;
    this.size[slot] = 1;
    this.stamp[slot]!++;
    this.stamp[bin]!++;
    this.#remember(-1 - bin, slot, 0);
    return slot;
  }

  /** Narrows a cell; {@link settle} draws the conclusions. */
  narrow(bin: number, cell: number, low: number, high: number): void {
    if (low <= this.low[cell]! && high >= this.high[cell]!) return;
    this.#remember(this.low[cell]!, this.high[cell]!, 0);
    this.#remember(cell, 0, bin);
    const task = this.#taskOfCell(cell, bin);
    const size = this.size[bin]!;
    if (low > this.low[cell]!) {
      this.sumLow[task]! += size * (low - this.low[cell]!);
      this.low[cell] = low;
      if (!this.#binQueued[bin]) {
        this.#binQueued[bin] = 1;
        this.#binQueue[this.#binsQueued++] = bin;
      }
    }
    if (high < this.high[cell]!) {
      this.sumHigh[task]! += size * (high - this.high[cell]!);
      this.high[cell] = high;
      if (this.kind[bin]! >= this.problem.classes && !this.#binQueued[bin]) {
        this.#binQueued[bin] = 1;
        this.#binQueue[this.#binsQueued++] = bin;
      }
    }
    this.stamp[bin]!++;
    if (!this.#taskQueued[task]) {
      this.#taskQueued[task] = 1;
      this.#taskQueue[this.#tasksQueued++] = task;
    }
  }

  /** Draws conclusions until there are none; false: nothing feasible is left. */
  settle(): boolean {
    let sound = true;
    while (this.#tasksQueued > 0 || this.#binsQueued > 0) {
      if (this.#tasksQueued > 0) {
        const task = this.#taskQueue[--this.#tasksQueued]!;
        this.#taskQueued[task] = 0;
        if (sound) sound = this.#settleTask(task);
      } else {
        const bin = this.#binQueue[--this.#binsQueued]!;
        this.#binQueued[bin] = 0;
        if (sound) sound = this.kind[bin]! < this.problem.classes ? this.#settleNode(bin) : this.#settleOutside(bin);
      }
    }
    return sound;
  }

  /** Whether all copies of a task have their bins. */
  placed(task: number): boolean {
    return this.sumLow[task] === this.problem.copies[task];
  }

  /** Calls `visit` for each cell of a task in a bin in use. */
  eachCell(task: number, visit: (bin: number, cell: number, item: number) => void): void {
    const { start } = this.problem;
    for (let at = this.#taskStart[task]!; at < this.#taskStart[task + 1]!; at++) {
      const e = this.#taskItem[at]!;
      const q = this.#kindOfItem[e]!;
      for (let b = this.firstBin[q]!; b < this.firstBin[q + 1]!; b++)
        if (this.size[b]! > 0) visit(b, this.base[b]! + e - start[q]!, e);
    }
  }

  #settleTask(task: number): boolean {
    const copies = this.problem.copies[task]!;
    if (this.sumLow[task]! > copies || this.sumHigh[task]! < copies) return false;
    const { start } = this.problem;
    for (let at = this.#taskStart[task]!; at < this.#taskStart[task + 1]!; at++) {
      const e = this.#taskItem[at]!;
      const q = this.#kindOfItem[e]!;
      for (let b = this.firstBin[q]!; b < this.firstBin[q + 1]!; b++) {
        const size = this.size[b]!;
        if (size === 0) continue;
        const cell = this.base[b]! + e - start[q]!;
        const low = this.low[cell]!;
        const high = this.high[cell]!;
        if (low === high) continue;
        // what the others leave for one of these, and what they can not take
        const most = Math.min(high, copies - this.sumLow[task]! + low);
        const need = size === 1 ? copies - (this.sumHigh[task]! - high) : low;
        const least = this.sumHigh[task] === copies ? high : Math.max(low, need);
        if (least > most) return false;
        this.narrow(b, cell, least, most);
      }
    }
    return this.sumLow[task]! <= copies && this.sumHigh[task]! >= copies;
  }

  /** Items that no longer fit beside what is decided are out. */
  #settleNode(bin: number): boolean {
    const { start, weight, width, room: rooms } = this.problem;
    const q = this.kind[bin]!;
    const base = this.base[bin]!;
    const many = start[q + 1]! - start[q]!;
    for (let k = 0; k < width; k++) {
      let room = rooms[q * width + k]!;
      for (let n = 0; n < many; n++)
        if (this.low[base + n]! > 0) room -= this.low[base + n]! * weight[(start[q]! + n) * width + k]!;
      if (room < -WIDER) return false;
      room += WIDER;
      for (let n = 0; n < many; n++) {
        const cell = base + n;
        if (this.high[cell]! === this.low[cell]!) continue;
        const w = weight[(start[q]! + n) * width + k]!;
        if (w > 0 && (this.high[cell]! - this.low[cell]!) * w > room)
          this.narrow(bin, cell, this.low[cell]!, this.low[cell]! + Math.max(0, Math.floor(room / w)));
      }
    }
    return true;
  }

  /** An outside takes exactly its quota. */
  #settleOutside(bin: number): boolean {
    const { start, quota } = this.problem;
    const q = this.kind[bin]!;
    const base = this.base[bin]!;
    const end = base + start[q + 1]! - start[q]!;
    let least = 0;
    let most = 0;
    for (let cell = base; cell < end; cell++) {
      least += this.low[cell]!;
      most += this.high[cell]!;
    }
    if (least > quota[q]! || most < quota[q]!) return false;
    if (least === most) return true;
    for (let cell = base; cell < end; cell++) {
      if (this.low[cell] === this.high[cell]) continue;
      if (least === quota[q]) this.narrow(bin, cell, this.low[cell]!, this.low[cell]!);
      else if (most === quota[q]) this.narrow(bin, cell, this.high[cell]!, this.high[cell]!);
    }
    return true;
  }

  #taskOfCell(cell: number, bin: number): number {
    return this.problem.task[this.problem.start[this.kind[bin]!]! + cell - this.base[bin]!]!;
  }

  #remember(a: number, b: number, c: number): void {
    if (this.#trailed + 3 > this.#trail.length) this.#trail = grown(this.#trail);
    this.#trail[this.#trailed++] = a;
    this.#trail[this.#trailed++] = b;
    this.#trail[this.#trailed++] = c;
  }
}
