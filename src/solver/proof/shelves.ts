import type { HalfList } from './half-list.ts';

/** Sets that are worth sorting, and most shelves. */
const SORTED = 500;
const MOST_SHELVES = 256;

/** The sets of a list by what they take of a second resource: on each shelf in order of what they take of the leading one. */
export class Shelves {
  many = 1;
  height = 1; // of a shelf
  readonly first = new Int32Array(MOST_SHELVES); // shelves → turn of the first set
  /** Shelves → turn of the last set that is not too heavy, moved down by whoever looks through them. */
  readonly last = new Int32Array(MOST_SHELVES);
  set = new Int32Array(64); // turns → set

  /** Sorts the sets by resource k of the `others`, of which there are `width` and `room` of this one, on shelves of `height` at most. */
  fill({ many, others }: HalfList, k: number, width: number, room: number, height: number): void {
    const { first, last } = this;
    if (this.set.length < many) this.set = new Int32Array(2 * many);
    if (many < SORTED || width === 0 || !(height < room)) {
      this.many = 1;
      first[0] = 0;
      last[0] = many - 1;
      for (let n = 0; n < many; n++) this.set[n] = n;
      return;
    }
    this.many = Math.min(MOST_SHELVES, Math.ceil(room / height));
    this.height = room / this.many;
    const shelfOf = (n: number) => this.of(others[n * width + k]!);
    last.fill(0);
    for (let n = 0; n < many; n++) last[shelfOf(n)]!++;
    let turn = 0;
    for (let shelf = 0; shelf < this.many; shelf++) {
      first[shelf] = turn;
      turn += last[shelf]!;
      last[shelf] = first[shelf]! - 1;
    }
    for (let n = 0; n < many; n++) this.set[++last[shelfOf(n)]!] = n;
  }

  /** The shelf of a set that takes so much. */
  of(weight: number): number {
    return Math.max(0, Math.min(this.many - 1, Math.floor(weight / this.height)));
  }
}
