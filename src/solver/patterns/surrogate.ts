/** Share of its interval that a step of a golden section keeps, and the steps of one. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const STEPS = 16;
/** Times that each resource has its turn where there are more than two. */
const SWEEPS = 2;

/**
 * Weighs the resources of a bounded knapsack so that one weighted sum of them in place of all bounds it best, about as low
 * as its linear relaxation does (Gavish, Pirkul 1985). The bound is quasi-convex in the weights, so that a golden section
 * (Kiefer 1953) finds the best share of each resource in turn, the others in proportion; for two resources one is enough.
 */
export class Surrogate {
  /** Resources → weight; of a full room all together make 1. */
  readonly weights: Float64Array;
  readonly #width: number;
  readonly #share: Float64Array; // resources → weight · room
  readonly #trial: Float64Array; // the same, looked at
  readonly #order: Int32Array; // items, by efficiency
  readonly #key: Float64Array; // items → efficiency
  readonly #size: Float64Array; // items → weighted demand

  constructor(mostItems: number, width: number) {
    this.#width = width;
    this.weights = new Float64Array(width);
    this.#share = new Float64Array(width);
    this.#trial = new Float64Array(width);
    this.#order = new Int32Array(mostItems);
    this.#key = new Float64Array(mostItems);
    this.#size = new Float64Array(mostItems);
  }

  /** Finds the weights for the first `many` items (profit, demand × resources, copies that fit and are there). */
  fit(many: number, profit: Float64Array, demand: Float64Array, most: Float64Array, room: Float64Array): void {
    const share = this.#share;
    const resources = room.reduce((some, left) => some + (left > 0 ? 1 : 0), 0);
    for (let k = 0; k < this.#width; k++) share[k] = room[k]! > 0 ? 1 / resources : 0;
    for (let n = 0; n < many; n++) this.#order[n] = n;
    const boundAt = (k: number, part: number): number => {
      this.#shift(k, part, room);
      return this.#bound(many, profit, demand, most);
    };
    const turns = resources <= 2 ? resources - 1 : SWEEPS * this.#width;
    for (let turn = 0, k = -1; turn < turns; turn++) {
      do k = (k + 1) % this.#width;
      while (room[k]! <= 0);
      const part = leastOf((t) => boundAt(k, t));
      this.#shift(k, part, room);
      share.set(this.#trial);
    }
    for (let k = 0; k < this.#width; k++) this.weights[k] = room[k]! > 0 ? share[k]! / room[k]! : 0;
  }

  /** Looks at shares in which resource k has `part`, the others what is left in proportion; sets weights to match. */
  #shift(k: number, part: number, room: Float64Array): void {
    const share = this.#share;
    const rest = 1 - share[k]!;
    for (let other = 0; other < this.#width; other++) {
      const own = other === k ? part : rest > 0 ? (share[other]! * (1 - part)) / rest : 0;
      this.#trial[other] = own;
      this.weights[other] = room[other]! > 0 ? own / room[other]! : 0;
    }
  }

  /** Most that the items earn in a room of 1 at these weights, the last one cut (Dantzig 1957). */
  #bound(many: number, profit: Float64Array, demand: Float64Array, most: Float64Array): number {
    const width = this.#width;
    const size = this.#size;
    const key = this.#key;
    for (let n = 0; n < many; n++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += this.weights[k]! * demand[n * width + k]!;
      size[n] = sum;
      key[n] = sum > 0 ? profit[n]! / sum : Number.POSITIVE_INFINITY;
    }
    const order = sortByKey(this.#order, many, key);
    let left = 1;
    let earned = 0;
    for (let at = 0; at < many; at++) {
      const n = order[at]!;
      const copies = size[n]! * most[n]! <= left ? most[n]! : left / size[n]!;
      earned += copies * profit[n]!;
      left -= copies * size[n]!;
      if (left <= 0) break;
    }
    return earned;
  }
}

/** Sorts the first `many` items of an order by their keys, highest first. They are few, and often nearly sorted already. */
export function sortByKey(order: Int32Array, many: number, key: Float64Array): Int32Array {
  for (let at = 1; at < many; at++) {
    const n = order[at]!;
    let to = at;
    for (; to > 0 && key[order[to - 1]!]! < key[n]!; to--) order[to] = order[to - 1]!;
    order[to] = n;
  }
  return order;
}

/** Where a quasi-convex function of [0, 1] is about least. */
function leastOf(f: (at: number) => number): number {
  let [low, high] = [0, 1];
  let [left, right] = [high - GOLDEN, low + GOLDEN];
  let [atLeft, atRight] = [f(left), f(right)];
  for (let step = 0; step < STEPS; step++) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = f(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = f(right);
    }
  }
  return atLeft <= atRight ? left : right;
}
