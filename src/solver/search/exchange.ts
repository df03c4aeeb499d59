import type { Packing } from './packing.ts';
import { COST, DEMAND, type Slots, slotAt } from './slots.ts';

/** Units of a node looked at, and the most that go at once. */
const LOOKED_AT = 24;
const MOST = 6;

/**
 * Exchanges of one unit for several: a large one takes the room of small ones, which take the room that it, or the first of a chain,
 * leaves. Units go in the order of what their going costs at the capacity prices, per share of the overload that it relieves
 * (what gains goes first, the more the more it relieves), as long as there is any. Shifts and swaps alone keep large units where
 * they are (multi-exchanges for several resources: Yagiura, Iwasaki, Ibaraki, Glover 2004).
 */
export class Exchange {
  readonly #packing: Packing;
  readonly #slots: Slots;
  readonly #prices: Float64Array; // node copies × resources
  // units that may go, cheapest first
  #count = 0;
  readonly #unit = new Int32Array(MOST);
  readonly #slot = new Int32Array(MOST); // theirs at the hole
  readonly #rank = new Float64Array(MOST);
  readonly #goes = new Uint8Array(MOST);
  readonly #room: Float64Array; // scratch: resources → room left in the hole
  readonly #over: Float64Array; // scratch: resources → overload of the node left

  constructor(packing: Packing, slots: Slots, prices: Float64Array) {
    this.#packing = packing;
    this.#slots = slots;
    this.#prices = prices;
    this.#room = new Float64Array(packing.width);
    this.#over = new Float64Array(packing.width);
  }

  /**
   * Finds units of node copy `from` that relieve it of all overload at `load` (resources), and that fit where `leaver` is
   * without it. Returns what their going costs, Infinity where there are none.
   */
  find(from: number, load: Float64Array, leaver: number): number {
    const { width, limit, load: loads, demand, at, cost } = this.#packing;
    const { stride, record } = this.#slots;
    const hole = at[leaver]!;
    const room = this.#room;
    const over = this.#over;
    for (let k = 0; k < width; k++) {
      room[k] = limit[hole * width + k]! - loads[hole * width + k]! + demand[leaver * width + k]!;
      over[k] = load[k]! - limit[from * width + k]!;
    }
    this.#consider(from, hole);
    let change = 0;
    for (let n = 0; n < this.#count; n++) {
      const unit = this.#unit[n]!;
      const record0 = this.#slot[n]! * stride;
      let helps = false;
      let fits = true;
      for (let k = 0; k < width; k++) {
        if (over[k]! > 0 && demand[unit * width + k]! > 0) helps = true;
        if (record[record0 + DEMAND + k]! > room[k]!) fits = false;
      }
      const goes = helps && fits;
      this.#goes[n] = goes ? 1 : 0;
      if (!goes) continue;
      change += record[record0 + COST]! - cost[unit]!;
      for (let k = 0; k < width; k++) {
        room[k]! -= record[record0 + DEMAND + k]!;
        over[k]! -= demand[unit * width + k]!;
      }
    }
    for (let k = 0; k < width; k++) if (over[k]! > 0) return Number.POSITIVE_INFINITY;
    return change;
  }

  /** Takes the units found from their node. */
  take(): void {
    for (let n = 0; n < this.#count; n++) if (this.#goes[n] === 1) this.#packing.take(this.#unit[n]!);
  }

  /** Puts them on the node copy of the hole. */
  enter(hole: number): void {
    for (let n = 0; n < this.#count; n++) if (this.#goes[n] === 1) this.#packing.enter(this.#unit[n]!, hole);
  }

  /** Lists units of a node that relieve its overload and have a slot at the hole. */
  #consider(from: number, hole: number): void {
    const { width, demand, cost, first, next, task } = this.#packing;
    const { stride, record } = this.#slots;
    const prices = this.#prices;
    const rank = this.#rank;
    this.#count = 0;
    let unit = first[from]!;
    if (unit < 0) return;
    for (let looked = 0; looked < LOOKED_AT; looked++) {
      let relief = 0;
      for (let k = 0; k < width; k++) {
        const over = this.#over[k]!;
        if (over > 0) relief += Math.min(1, demand[unit * width + k]! / over);
      }
      const slot = relief > 0 ? slotAt(this.#slots, task[unit]!, hole) : -1;
      if (slot >= 0) {
        let dearer = record[slot * stride + COST]! - cost[unit]!;
        for (let k = 0; k < width; k++) {
          dearer += prices[hole * width + k]! * record[slot * stride + DEMAND + k]!;
          dearer -= prices[from * width + k]! * demand[unit * width + k]!;
        }
        const value = dearer > 0 ? dearer / relief : dearer * relief;
        let n = this.#count < MOST ? this.#count++ : value < rank[MOST - 1]! ? MOST - 1 : MOST;
        if (n < MOST) {
          for (; n > 0 && rank[n - 1]! > value; n--) {
            rank[n] = rank[n - 1]!;
            this.#unit[n] = this.#unit[n - 1]!;
            this.#slot[n] = this.#slot[n - 1]!;
          }
          rank[n] = value;
          this.#unit[n] = unit;
          this.#slot[n] = slot;
        }
      }
      unit = next[unit]!;
      if (unit === first[from]) break;
    }
  }
}
