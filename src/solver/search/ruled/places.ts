import type { Instance } from '../../../model/instance.ts';

/** Places kept of all tasks together, and of one task at least. */
const MOST_PLACES = 6_000_000;
const LEAST_PLACES = 48;

/** Where a task is tried: node copies where it may run, the better ones first, and its pairs there. */
export interface TaskPlaces {
  readonly copy: Int32Array;
  readonly pair: Int32Array;
}

/**
 * The places of all tasks, in order of reduced cost under capacity prices (node classes × resources), the opening of a node
 * shared out by the part of it that the task takes. Where there are too many, the best of a task are kept and a sample of
 * the others, which rules may want. Those of a task are found when they are asked for.
 */
export class Places {
  readonly #instance: Instance;
  readonly #prices: Float64Array;
  readonly #next: () => number;
  readonly #most: number;
  readonly #known: (TaskPlaces | undefined)[];
  /** Pairs looked at: the work done. */
  looked = 0;

  constructor(instance: Instance, prices: Float64Array, next: () => number) {
    this.#instance = instance;
    this.#prices = prices;
    this.#next = next;
    this.#most = Math.max(LEAST_PLACES, Math.floor(MOST_PLACES / Math.max(1, instance.tasks)));
    this.#known = new Array<TaskPlaces | undefined>(instance.tasks).fill(undefined);
  }

  of(task: number): TaskPlaces {
    const known = this.#known[task] ?? this.#find(task);
    this.#known[task] = known;
    return known;
  }

  #find(task: number): TaskPlaces {
    const { pairs, nodes, size } = this.#instance;
    const first = pairs.start[task]!;
    const worth = Float64Array.from({ length: pairs.start[task + 1]! - first }, (_, k) => this.#reducedCost(first + k));
    const order = Int32Array.from(worth.keys()).sort((a, b) => worth[a]! - worth[b]! || a - b);
    this.looked += 4 * order.length;
    const all = order.reduce((sum, k) => sum + size[pairs.node[first + k]!]!, 0);
    const copy = new Int32Array(Math.min(all, this.#most));
    const pair = new Int32Array(copy.length);
    const certain = all <= copy.length ? all : Math.ceil(copy.length / 2);
    let kept = 0;
    let rest = all;
    for (const k of order) {
      const q = pairs.node[first + k]!;
      for (let at = nodes.memberStart[q]!; at < nodes.memberStart[q + 1]!; at++, rest--) {
        if (kept >= certain && this.#next() * rest >= copy.length - kept) continue;
        copy[kept] = nodes.member[at]!;
        pair[kept++] = first + k;
      }
    }
    return { copy, pair };
  }

  #reducedCost(p: number): number {
    const { pairs, width, free, opening } = this.#instance;
    const q = pairs.node[p]! * width;
    const row = pairs.row[p]! * width;
    let sum = pairs.cost[p]!;
    for (let k = 0; k < width; k++) {
      const d = pairs.demand[row + k]!;
      if (d === 0) continue; // what it does not demand may be there or not
      sum += d * (this.#prices[q + k]! + (opening ? opening[pairs.node[p]!]! / (width * free[q + k]!) : 0));
    }
    return sum;
  }

  /** One of a task's places, the better ones more often; −1: it has none. */
  draw({ copy }: TaskPlaces): number {
    const lot = this.#next();
    return copy.length === 0 ? -1 : Math.floor(copy.length * lot * lot);
  }
}
