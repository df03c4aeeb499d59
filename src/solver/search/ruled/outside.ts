import type { Instance } from '../../../model/instance.ts';

/** Bits by which the price of a tier exceeds the next one's at most, and those between the first and the last. */
const TIER_BITS = 12;
const SPAN_BITS = 36;

/**
 * What units cost that are out. Their price is more than any place costs, and that of a tier many times the next one's;
 * `relief` takes a little off it for their bulk, so that of units of one tier the large ones are left out, which makes room
 * for more. While there is a `toll`, that is all of the price: what the dearest place costs, and the toll for the bulk.
 */
export class Outside {
  relief = 0;
  toll = 0;
  readonly bulk: Float64Array; // tasks → what a unit takes of a node in the mean, 1 for the mean task
  readonly mostBulk: number;
  readonly least: number; // least price of a unit
  readonly opening: number; // what opening costs for the mean unit, on the mean of its places
  readonly #price: Float64Array; // tasks
  readonly #dearest: Float64Array; // tasks → cost of the dearest place
  // of units that went out since the move began, less that of those that came in
  #prices = 0;
  #bulks = 0;
  #dear = 0;

  constructor(instance: Instance) {
    this.#price = prices(instance);
    this.#dearest = dearest(instance);
    this.bulk = bulks(instance);
    this.opening = openingShare(instance);
    this.mostBulk = this.bulk.reduce((a, b) => Math.max(a, b), 1);
    this.least = this.#price.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  }

  /** Energy of a unit of a task that is out. */
  energyOf(task: number): number {
    if (this.toll > 0) return this.#dearest[task]! + this.toll * this.bulk[task]!;
    return this.#price[task]! - this.relief * this.bulk[task]!;
  }

  /** Energy that the move has added so far. */
  get added(): number {
    return this.toll > 0 ? this.#dear + this.toll * this.#bulks : this.#prices - this.relief * this.#bulks;
  }

  /** Counts a unit that goes out (1) or comes in (−1). */
  count(task: number, change: number): void {
    this.#prices += change * this.#price[task]!;
    this.#bulks += change * this.bulk[task]!;
    this.#dear += change * this.#dearest[task]!;
  }

  /** Begins a move. */
  begin(): void {
    this.#prices = 0;
    this.#bulks = 0;
    this.#dear = 0;
  }
}

/** Prices by task, all of them powers of two, so that sums of them are exact and what two of the same tier change cancels. */
function prices({ tiers, tier, pairs, opening }: Instance): Float64Array {
  let most = 0;
  for (const cost of pairs.cost) most = Math.max(most, cost);
  const place = most + (opening?.reduce((dearest, cost) => Math.max(dearest, cost), 0) ?? 0);
  const bits = Math.min(TIER_BITS, Math.floor(SPAN_BITS / Math.max(1, tiers.length - 1)));
  const last = 2 + Math.ceil(Math.log2(place || 1));
  return Float64Array.from(tier, (t) => 2 ** (last + bits * (tiers.length - 1 - t)));
}

function dearest({ pairs, tasks }: Instance): Float64Array {
  return Float64Array.from({ length: tasks }, (_, i) => {
    let most = 0;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) most = Math.max(most, pairs.cost[p]!);
    return most;
  });
}

/** What a unit of each task takes, mean over the places and resources of its task, 1 for the mean task. */
function bulks({ pairs, width, free, tasks }: Instance): Float64Array {
  const bulk = Float64Array.from({ length: tasks }, (_, i) => {
    let sum = 0;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++)
      for (let k = 0; k < width; k++) {
        const d = pairs.demand[pairs.row[p]! * width + k]!;
        if (d > 0) sum += d / free[pairs.node[p]! * width + k]!;
      }
    return sum / Math.max(1, pairs.start[i + 1]! - pairs.start[i]!);
  });
  const mean = bulk.reduce((sum, value) => sum + value, 0) / Math.max(1, tasks);
  return mean > 0 ? bulk.map((value) => value / mean) : bulk;
}

/**
 * What opening costs for the mean unit: the part that it takes of a node, mean over resources and places. Whatever nodes an
 * assignment has open, it is the same.
 */
function openingShare({ opening, pairs, tasks, count, size, width, free }: Instance): number {
  if (!opening) return 0;
  let sum = 0;
  let units = 0;
  for (let i = 0; i < tasks; i++) {
    let shares = 0;
    let places = 0;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      const q = pairs.node[p]!;
      places += size[q]!;
      for (let k = 0; k < width; k++) {
        const d = pairs.demand[pairs.row[p]! * width + k]!;
        if (d > 0) shares += (size[q]! * opening[q]! * d) / (width * free[q * width + k]!);
      }
    }
    if (places === 0) continue;
    sum += (count[i]! * shares) / places;
    units += count[i]!;
  }
  return units > 0 ? sum / units : 0;
}
