/** A knapsack's entries that multipliers leave open, those that they decide most first. */
export interface Core {
  readonly entries: number;
  readonly profit: Float64Array;
  readonly weight: Float64Array; // entries × resources
  readonly reduced: Float64Array; // profit less what the multipliers make of the weight
  readonly room: Float64Array; // resources
  readonly multipliers: Float64Array; // resources
  /** Entries → 1 where it counts only in sets that have the one before, too, as with another copy of the same. */
  readonly twin: Uint8Array;
  /** What no set is worth more than, by the multipliers. */
  readonly limit: number;
}
