import type { DualObjective } from '../../model/dual.ts';
import type { Candidates } from '../candidates.ts';
import type { CapacityRows } from './capacity-rows.ts';
import { SmoothedOpenings } from './openings.ts';

/** Reduced costs this many temperatures above the least count for nothing: e^−14 is a millionth. */
const FAR = 14;

/**
 * The dual function of the capacity rows over some of the pairs, each task's minimum of reduced costs smoothed:
 *
 *     Σ_i count_i · −τ ln Σ_p exp(−reduced_p / τ)  −  Σ λ · capacity          (temperature τ)
 *
 * where the capacity of nodes that cost something to open counts as {@link SmoothedOpenings} says, at τ times the copies
 * that there are for each such node, so that both parts are as rough.
 * Concave and differentiable as often as one likes, at most τ · ln(pairs) of each copy below the dual function itself
 * (Nesterov 2005). Variables are the prices of capacity and, behind them, one for each tier whose unplaced copies are
 * fixed: being left out is one more place, of that capacity.
 */
export class SmoothedDual {
  readonly size: number; // variables
  readonly copies: number; // of all tasks
  readonly capacity: Float64Array; // by variable, of all nodes
  readonly gradient: Float64Array; // at the last `expand`: load − capacity of open nodes
  readonly diagonal: Float64Array; // of the negative Hessian there
  readonly #width: number;
  readonly #tasks: number;
  readonly #count: Float64Array;
  readonly #open: Float64Array; // by variable, capacity of nodes that cost nothing to open
  readonly #openings: SmoothedOpenings | null;
  readonly #roughness: number; // their temperature / τ
  // places of each task: its candidates, and being left out
  readonly #start: Int32Array; // tasks + 1
  readonly #first: Int32Array; // places → the first of its `width` variables
  readonly #cost: Float64Array;
  readonly #demand: Float64Array; // places × resources
  // where tasks are undecided, at the last `expand`
  readonly #nearStart: Int32Array; // tasks + 1
  readonly #nearFirst: Int32Array; // → the first of its place's variables
  readonly #nearDemand: Float64Array; // × resources
  readonly #share: Float64Array; // → of the task's copies there
  #temperature = 1;
  readonly #reduced: Float64Array; // scratch: places of a task

  constructor(rows: CapacityRows, { fixed, priced }: DualObjective, { start, pair }: Candidates) {
    const { tasks, width, count, tier, pairs, cost, capacity, open, openings } = rows;
    this.#tasks = tasks;
    this.#width = width;
    this.#count = count;
    this.size = capacity.length + fixed.length * width;
    this.capacity = new Float64Array(this.size);
    this.capacity.set(capacity);
    fixed.forEach((copies, t) => {
      this.capacity[capacity.length + t * width] = Math.max(0, copies);
    });
    this.#open = this.capacity.slice();
    this.#open.set(open);
    this.#openings = openings && new SmoothedOpenings(openings, width);
    this.copies = sum(count);
    this.#roughness = openings ? this.copies / sum(openings.size) : 1;
    this.gradient = new Float64Array(this.size);
    this.diagonal = new Float64Array(this.size);

    const most = pair.length + tasks;
    this.#start = new Int32Array(tasks + 1);
    this.#first = new Int32Array(most);
    this.#cost = new Float64Array(most);
    this.#demand = new Float64Array(most * width);
    let places = 0;
    let longest = 0;
    for (let i = 0; i < tasks; i++) {
      for (let at = start[i]!; at < start[i + 1]!; at++, places++) {
        const p = pair[at]!;
        this.#first[places] = pairs.node[p]! * width;
        this.#cost[places] = cost[p]!;
        for (let k = 0; k < width; k++) this.#demand[places * width + k] = pairs.demand[pairs.row[p]! * width + k]!;
      }
      const out = fixed[tier[i]!]!;
      if (start[i + 1]! > start[i]! && out !== 0) {
        this.#first[places] = capacity.length + tier[i]! * width;
        if (out > 0) this.#demand[places * width] = 1;
        else this.#cost[places] = priced[tier[i]!]!;
        places++;
      }
      this.#start[i + 1] = places;
      longest = Math.max(longest, places - this.#start[i]!);
    }
    this.#nearStart = new Int32Array(tasks + 1);
    this.#nearFirst = new Int32Array(places);
    this.#nearDemand = new Float64Array(places * width);
    this.#share = new Float64Array(places);
    this.#reduced = new Float64Array(longest);
  }

  /** The value at these prices and temperature. */
  value(prices: Float64Array, temperature: number): number {
    let value = this.#openings?.value(prices, this.#roughness * temperature) ?? 0;
    for (let at = 0; at < this.size; at++) value -= prices[at]! * this.#open[at]!;
    const cut = FAR * temperature;
    const reduced = this.#reduced;
    for (let i = 0; i < this.#tasks; i++) {
      const least = this.#reduce(i, prices);
      if (least === Number.POSITIVE_INFINITY) continue;
      let sum = 0;
      for (let at = 0, end = this.#start[i + 1]! - this.#start[i]!; at < end; at++) {
        const above = reduced[at]! - least;
        if (above < cut) sum += Math.exp(-above / temperature);
      }
      value += this.#count[i]! * (least - temperature * Math.log(sum));
    }
    return value;
  }

  /** The value, with gradient and Hessian. */
  expand(prices: Float64Array, temperature: number): number {
    const { gradient, diagonal } = this;
    const width = this.#width;
    const share = this.#share;
    const nearFirst = this.#nearFirst;
    const nearDemand = this.#nearDemand;
    const reduced = this.#reduced;
    const cut = FAR * temperature;
    this.#temperature = temperature;
    diagonal.fill(0);
    let value = 0;
    for (let at = 0; at < this.size; at++) {
      gradient[at] = -this.#open[at]!;
      value -= prices[at]! * this.#open[at]!;
    }
    if (this.#openings) value += this.#openings.expand(prices, this.#roughness * temperature, gradient, diagonal);
    let near = 0;
    for (let i = 0; i < this.#tasks; i++) {
      const least = this.#reduce(i, prices);
      const start = this.#start[i]!;
      const first = near;
      let sum = 0;
      if (least !== Number.POSITIVE_INFINITY) {
        for (let at = start; at < this.#start[i + 1]!; at++) {
          const above = reduced[at - start]! - least;
          if (above >= cut) continue;
          nearFirst[near] = this.#first[at]!;
          for (let k = 0; k < width; k++) nearDemand[near * width + k] = this.#demand[at * width + k]!;
          share[near] = Math.exp(-above / temperature);
          sum += share[near++]!;
        }
        value += this.#count[i]! * (least - temperature * Math.log(sum));
      }
      for (let n = first; n < near; n++) {
        share[n]! /= sum;
        const copies = this.#count[i]! * share[n]!;
        const bend = (copies * (1 - share[n]!)) / temperature;
        for (let k = 0; k < width; k++) {
          const d = nearDemand[n * width + k]!;
          gradient[nearFirst[n]! + k]! += copies * d;
          diagonal[nearFirst[n]! + k]! += bend * d * d;
        }
      }
      if (near - first === 1) near = first; // decided: no curvature
      this.#nearStart[i + 1] = near;
    }
    return value;
  }

  /** Writes the negative Hessian of the last `expand` times a vector into `product`. */
  curve(vector: Float64Array, product: Float64Array): void {
    const width = this.#width;
    const nearFirst = this.#nearFirst;
    const nearDemand = this.#nearDemand;
    const share = this.#share;
    const along = this.#reduced;
    product.fill(0);
    this.#openings?.curve(vector, product);
    for (let i = 0; i < this.#tasks; i++) {
      const start = this.#nearStart[i]!;
      const end = this.#nearStart[i + 1]!;
      if (start === end) continue;
      let mean = 0;
      for (let n = start; n < end; n++) {
        let change = 0;
        for (let k = 0; k < width; k++) change += vector[nearFirst[n]! + k]! * nearDemand[n * width + k]!;
        along[n - start] = change;
        mean += share[n]! * change;
      }
      const copies = this.#count[i]! / this.#temperature;
      for (let n = start; n < end; n++) {
        const shift = copies * share[n]! * (along[n - start]! - mean);
        for (let k = 0; k < width; k++) product[nearFirst[n]! + k]! += shift * nearDemand[n * width + k]!;
      }
    }
  }

  /** Reduced costs of a task's places; returns the least. */
  #reduce(i: number, prices: Float64Array): number {
    const width = this.#width;
    const start = this.#start[i]!;
    let least = Number.POSITIVE_INFINITY;
    for (let at = start; at < this.#start[i + 1]!; at++) {
      let reduced = this.#cost[at]!;
      for (let k = 0; k < width; k++) reduced += prices[this.#first[at]! + k]! * this.#demand[at * width + k]!;
      this.#reduced[at - start] = reduced;
      if (reduced < least) least = reduced;
    }
    return least;
  }
}

const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);
