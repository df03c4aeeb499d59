import type { Problem } from './problem.ts';

/**
 * What is still open at a node of the search tree: which slots each unit may take, which units are settled, the room
 * left on each node. Every change is written down, so that `undo` takes it back.
 */
export class Domain {
  readonly problem: Problem;
  readonly allowed: Uint8Array; // slots → 1 while the unit may take it
  readonly options: Int32Array; // units → slots allowed
  readonly home: Int32Array; // units → slot settled on, −1 while open
  readonly room: Float64Array; // nodes × resources
  readonly settled: Int32Array; // nodes → units settled there
  cost = 0; // of the units settled
  open: number; // units not settled
  #trail: Int32Array; // slots forbidden, ~units settled
  #length = 0;
  readonly #rooms: number[] = []; // rooms before each settling, so that undoing leaves no rounding behind
  readonly #costs: number[] = [];

  constructor(problem: Problem) {
    const { slots, units, nodes, unitStart, limit } = problem;
    this.problem = problem;
    this.allowed = new Uint8Array(slots).fill(1);
    this.options = Int32Array.from({ length: units }, (_, i) => unitStart[i + 1]! - unitStart[i]!);
    this.home = new Int32Array(units).fill(-1);
    this.room = limit.slice();
    this.settled = new Int32Array(nodes);
    this.open = this.options.reduce((sum, many) => sum + (many > 0 ? 1 : 0), 0);
    this.#trail = new Int32Array(slots + units + 1);
  }

  /** Where `undo` comes back to. */
  get mark(): number {
    return this.#length;
  }

  /** Rules a slot out. Returns whether its unit still has one. */
  forbid(slot: number): boolean {
    const unit = this.problem.unitOf[slot]!;
    if (this.allowed[slot] === 0) return this.options[unit]! > 0;
    this.allowed[slot] = 0;
    this.#trail[this.#length++] = slot;
    return --this.options[unit]! > 0;
  }

  /** Whether the demand of a slot fits into what is left of its node. */
  fits(slot: number): boolean {
    const { width, demand, nodeOf } = this.problem;
    const at = nodeOf[slot]! * width;
    for (let k = 0; k < width; k++) {
      const d = demand[slot * width + k]!;
      if (d > 0 && d > this.room[at + k]!) return false;
    }
    return true;
  }

  /** Settles an open unit on a slot, and whatever follows of it. Returns whether every unit still has a slot. */
  settle(slot: number): boolean {
    const pending = [slot];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (!this.#settleOne(next, pending)) return false;
    }
    return true;
  }

  #settleOne(slot: number, pending: number[]): boolean {
    const { unitOf, nodeOf, width, demand, cost, nodeStart } = this.problem;
    const unit = unitOf[slot]!;
    if (this.home[unit]! >= 0) return this.home[unit] === slot;
    if (this.allowed[slot] === 0 || !this.fits(slot)) return false;
    const j = nodeOf[slot]!;
    this.home[unit] = slot;
    this.#trail[this.#length++] = ~unit;
    this.#costs.push(this.cost);
    this.cost += cost[slot]!;
    this.open--;
    this.settled[j]!++;
    for (let k = 0; k < width; k++) {
      this.#rooms.push(this.room[j * width + k]!);
      this.room[j * width + k]! -= demand[slot * width + k]!;
    }
    for (let other = nodeStart[j]!; other < nodeStart[j + 1]!; other++) {
      if (this.allowed[other] === 0 || this.home[unitOf[other]!]! >= 0 || this.fits(other)) continue;
      if (!this.forbid(other)) return false;
      this.#last(unitOf[other]!, pending);
    }
    return true;
  }

  /** Settles the open units that have one slot left. Returns whether every unit still has one. */
  propagate(): boolean {
    const { units, unitStart } = this.problem;
    for (let again = true; again; ) {
      again = false;
      for (let unit = 0; unit < units; unit++) {
        if (this.home[unit]! >= 0 || unitStart[unit + 1] === unitStart[unit]) continue;
        if (this.options[unit]! === 0) return false;
        if (this.options[unit]! > 1) continue;
        const only: number[] = [];
        this.#last(unit, only);
        if (!this.settle(only[0]!)) return false;
        again = true;
      }
    }
    return true;
  }

  undo(mark: number): void {
    const { unitOf, nodeOf, width } = this.problem;
    while (this.#length > mark) {
      const entry = this.#trail[--this.#length]!;
      if (entry >= 0) {
        this.allowed[entry] = 1;
        this.options[unitOf[entry]!]!++;
        continue;
      }
      const j = nodeOf[this.home[~entry]!]!;
      for (let k = width - 1; k >= 0; k--) this.room[j * width + k] = this.#rooms.pop()!;
      this.cost = this.#costs.pop()!;
      this.home[~entry] = -1;
      this.settled[j]!--;
      this.open++;
    }
  }

  /** Adds a unit's slot to `pending` when it is the last one allowed. */
  #last(unit: number, pending: number[]): void {
    if (this.options[unit] !== 1) return;
    const { unitStart, slotOf } = this.problem;
    for (let at = unitStart[unit]!; at < unitStart[unit + 1]!; at++)
      if (this.allowed[slotOf[at]!] === 1) pending.push(slotOf[at]!);
  }
}
