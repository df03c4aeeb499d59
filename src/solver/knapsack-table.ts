/** Cells of the largest table that is worth filling. */
const MOST_CELLS = 400_000;

/**
 * The 0/1 knapsack with one whole-numbered resource, by dynamic programming over the room (Bellman 1957): time and memory
 * are items × room whatever the profits, where branch and bound may take for ever on items that are much alike.
 */
export class KnapsackTable {
  #profit = new Float64Array(0); // room → most profit so far
  #chosen = new Uint8Array(0); // items × room → whether the item is taken there

  /** Whether so many items and so much room are worth a table. */
  affords(items: number, room: number): boolean {
    return items * (room + 1) <= MOST_CELLS;
  }

  /** Packs items of these profits and whole sizes; writes 1 into `taken` for those packed, and returns what they earn. */
  pack(profit: Float64Array, size: Float64Array, items: number, room: number, taken: Int32Array): number {
    const width = room + 1;
    if (this.#profit.length < width) this.#profit = new Float64Array(width);
    if (this.#chosen.length < items * width) this.#chosen = new Uint8Array(items * width);
    const best = this.#profit;
    const chosen = this.#chosen;
    best.fill(0, 0, width);
    for (let n = 0; n < items; n++) {
      const p = profit[n]!;
      const s = size[n]!;
      const row = n * width;
      for (let r = 0; r < Math.min(s, width); r++) chosen[row + r] = 0;
      for (let r = room; r >= s; r--) {
        const value = best[r - s]! + p;
        if (value > best[r]!) {
          best[r] = value;
          chosen[row + r] = 1;
        } else chosen[row + r] = 0;
      }
    }
    let left = room;
    for (let n = items - 1; n >= 0; n--) {
      taken[n] = chosen[n * width + left]!;
      if (taken[n] === 1) left -= size[n]!;
    }
    return best[room]!;
  }
}
