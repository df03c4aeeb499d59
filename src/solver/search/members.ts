import type { Packing } from './packing.ts';
import { DEMAND, type Slots } from './slots.ts';

/** Members of a group looked at for one with room. */
const TRIES = 12;

/** Finds the node copy that a move to a slot goes to. */
export class Members {
  readonly #packing: Packing;
  readonly #slots: Slots;
  readonly #next: () => number;

  constructor(packing: Packing, slots: Slots, next: () => number) {
    this.#packing = packing;
    this.#slots = slots;
    this.#next = next;
  }

  /** The one member of the slot's group, or of many a random one, if possible with room. */
  of(slot: number): number {
    const only = this.#slots.copy[slot]!;
    return only >= 0 ? only : this.#among(slot);
  }

  #among(slot: number): number {
    const { memberStart, member, group } = this.#slots;
    const first = memberStart[group[slot]!]!;
    const many = memberStart[group[slot]! + 1]! - first;
    let copy = -1;
    for (let tries = 0; tries < TRIES; tries++) {
      copy = member[first + Math.floor(this.#next() * many)]!;
      if (this.#hasRoom(slot, copy)) break;
    }
    return copy;
  }

  #hasRoom(slot: number, copy: number): boolean {
    const { width, load, limit } = this.#packing;
    const { record, stride } = this.#slots;
    for (let k = 0; k < width; k++)
      if (load[copy * width + k]! + record[slot * stride + DEMAND + k]! > limit[copy * width + k]!) return false;
    return true;
  }
}
