import type { Core } from './core.ts';
import { HalfList } from './half-list.ts';
import { Shelves } from './shelves.ts';

/** Sets listed in all, entry by entry, as a multiple of the most at once, beyond which a search is given up. */
const LISTED = 32;
/** Pairs of sets looked at beyond which a search is given up. */
const MOST_PAIRS = 1 << 20;

/** The halves. */
export type Side = 0 | 1;
export const SIDES = [0, 1] as const;

/**
 * Sets of a knapsack that are worth nearly as much as its limit, by two lists (Horowitz, Sahni 1974): all sets of either half
 * of the entries that lose less than the gap between limit and floor. A whole set loses what both of its halves do and, at the
 * multipliers, the room that it leaves: so the other half of a set is among the few that take nearly all that it leaves, of the
 * leading resource, in whose order they are, and of a second one, by which they are on shelves.
 */
export class TwoLists {
  readonly #width: number;
  readonly #mostSets: number;
  readonly #halves: readonly [HalfList, HalfList];
  readonly #entries: readonly [number[], number[]] = [[], []]; // of each half: turn → entry of the core
  readonly #shelves = new Shelves();
  readonly #room: Float64Array; // of other resources than the leading one
  readonly #weight: Float64Array;
  #lead = 0;

  /** `mostSets` of one half: a search is given up where there are more. */
  constructor(width: number, mostSets: number) {
    this.#width = width;
    this.#mostSets = mostSets;
    const others = Math.max(0, width - 1); // there may be no resource at all
    this.#halves = [new HalfList(others), new HalfList(others)];
    this.#room = new Float64Array(others);
    this.#weight = new Float64Array(others);
  }

  /**
   * The value of the best set that is worth more than `floor`, its entries 1 in `taken` and the others 0; `floor` where there
   * is none, NaN where that takes too long to find out.
   */
  best(core: Core, floor: number, taken: Uint8Array): number {
    let value = floor;
    let best: readonly [number, number] | null = null;
    const known = this.each(core, floor, (one, other, sum) => {
      value = sum;
      best = [one, other];
      return sum;
    });
    if (!known) return Number.NaN;
    if (best) {
      taken.fill(0, 0, core.entries);
      for (const side of SIDES)
        this.eachIn(side, best[side], (entry) => {
          taken[entry] = 1;
        });
    }
    return value;
  }

  /**
   * Calls `visit` with the halves and the value of sets that are worth more than a floor: `floor` at first, then what the last
   * call returned. Returns whether it came to the end.
   */
  each(core: Core, floor: number, visit: (one: number, other: number, value: number) => number): boolean {
    const { limit, multipliers, room } = core;
    let gap = limit - floor;
    if (!this.#list(core, gap)) return false;
    const [one, other] = this.#halves;
    const { lead: leadOne, others: othersOne, value: valueOne, loss: lossOne } = one;
    const { lead: leadOther, others: othersOther, value: valueOther } = other;
    const rooms = this.#room;
    const width = rooms.length;
    const price = multipliers[this.#lead]!;
    const [second, secondPrice] = this.#second(core);
    const shelves = this.#shelves;
    shelves.fill(other, second, width, rooms[second]!, gap / secondPrice);
    const { first, last, set } = shelves;
    let pairs = 0;
    for (let a = 0; a < one.many && pairs <= MOST_PAIRS; a++) {
      const slack = gap - lossOne[a]!;
      if (slack <= 0) continue;
      const most = room[this.#lead]! - leadOne[a]!;
      const least = most - slack / price;
      const value = valueOne[a]!;
      let from = 0;
      let to = 0;
      if (shelves.many > 1) {
        const left = rooms[second]! - othersOne[a * width + second]!;
        from = shelves.of(left - slack / secondPrice);
        to = shelves.of(left);
      }
      for (let shelf = from; shelf <= to; shelf++) {
        const bottom = first[shelf]!;
        let turn = last[shelf]!;
        while (turn >= bottom && leadOther[set[turn]!]! > most) turn--;
        last[shelf] = turn;
        for (; turn >= bottom && leadOther[set[turn]!]! >= least; turn--) {
          const b = set[turn]!;
          if (value + valueOther[b]! <= floor) continue;
          let fits = true;
          for (let k = 0; k < width; k++)
            if (othersOne[a * width + k]! + othersOther[b * width + k]! > rooms[k]!) fits = false;
          if (!fits) continue;
          floor = visit(a, b, value + valueOther[b]!);
          gap = limit - floor;
        }
        pairs += last[shelf]! - turn;
      }
    }
    return pairs <= MOST_PAIRS;
  }

  /** Of the other resources the one whose room is worth most, by its turn, and its multiplier. */
  #second({ multipliers }: Core): readonly [number, number] {
    let best = 0;
    let price = 0;
    for (let k = 0, n = 0; k < this.#width; k++) {
      if (k === this.#lead) continue;
      if (multipliers[k]! * this.#room[n]! > price * this.#room[best]!) {
        best = n;
        price = multipliers[k]!;
      }
      n++;
    }
    return [best, price];
  }

  /** Sets of a half that the last search listed. */
  many(side: Side): number {
    return this.#halves[side].many;
  }

  /** Calls `visit` for each entry of the core that a set of a half has. */
  eachIn(side: Side, set: number, visit: (entry: number) => void): void {
    this.#halves[side].eachIn(set, (turn) => visit(this.#entries[side][turn]!));
  }

  /** Lists the sets of both halves. Returns whether they are few enough. */
  #list({ entries, profit, weight, reduced, room, multipliers, twin }: Core, gap: number): boolean {
    const width = this.#width;
    let lead = 0;
    for (let k = 1; k < width; k++) if (multipliers[k]! * room[k]! > multipliers[lead]! * room[lead]!) lead = k;
    this.#lead = lead;
    const others = this.#weight;
    const limits = { lead: room[lead]!, others: this.#room, gap };
    for (let k = 0, n = 0; k < width; k++) if (k !== lead) this.#room[n++] = room[k]!;
    for (const side of SIDES) {
      this.#halves[side].begin();
      this.#entries[side].length = 0;
    }
    let side: Side = 1;
    for (let e = 0; e < entries; e++) {
      const at = e * width;
      const isTwin = twin[e] === 1;
      if (!isTwin) side = side === 0 ? 1 : 0;
      for (let k = 0, n = 0; k < width; k++) if (k !== lead) others[n++] = weight[at + k]!;
      const half = this.#halves[side];
      half.add({ profit: profit[e]!, lead: weight[at + lead]!, others, reduced: reduced[e]!, twin: isTwin }, limits);
      if (half.many > this.#mostSets || half.listed > LISTED * this.#mostSets) return false;
      this.#entries[side].push(e);
    }
    return true;
  }
}
