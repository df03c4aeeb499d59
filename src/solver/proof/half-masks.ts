import type { Side, TwoLists } from './two-lists.ts';

/** The sets of a half as words of bits, found when they are first asked for. */
export class HalfMasks {
  #lists: TwoLists | null = null;
  #side: Side = 0;
  #words = 0;
  #mask = new Int32Array(0); // sets × words
  #items = new Int32Array(0); // sets → items, and 1 more once they are known
  #sets = 0;

  /** Begins with what the next search of `lists` lists of a half, in so many words a set. */
  begin(lists: TwoLists, side: Side, words: number): void {
    this.#lists = lists;
    this.#side = side;
    this.#words = words;
    this.#sets = 0;
  }

  /** Writes the bits of a set into words of `mask` from `at` on, in the place of what is there or beside it. Returns how many they are. */
  or(set: number, mask: Int32Array, at: number, anew: boolean): number {
    if (this.#sets === 0) this.#clear();
    const words = this.#words;
    const from = set * words;
    if (this.#items[set] === 0) {
      let items = 1;
      this.#lists!.eachIn(this.#side, set, (bit) => {
        this.#mask[from + (bit >> 5)]! |= 1 << (bit & 31);
        items++;
      });
      this.#items[set] = items;
    }
    for (let w = 0; w < words; w++) mask[at + w] = anew ? this.#mask[from + w]! : mask[at + w]! | this.#mask[from + w]!;
    return this.#items[set]! - 1;
  }

  #clear(): void {
    this.#sets = this.#lists!.many(this.#side);
    if (this.#sets * this.#words > this.#mask.length) this.#mask = new Int32Array(2 * this.#sets * this.#words);
    else this.#mask.fill(0, 0, this.#sets * this.#words);
    if (this.#sets > this.#items.length) this.#items = new Int32Array(2 * this.#sets);
    else this.#items.fill(0, 0, this.#sets);
  }
}
