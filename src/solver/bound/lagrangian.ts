import { bestTierPrices, type DualObjective, dualValue } from '../../model/dual.ts';
import type { Instance } from '../../model/instance.ts';
import type { Budget } from '../budget.ts';
import { bestPairs } from '../candidates.ts';
import { blockPrices } from './block-prices.ts';

/** Pairs of each task kept between two full pricing passes. */
const CANDIDATES = 24;
/** Passes over all pairs at first, until prices are near enough for the candidates to be the right ones. */
const FULL_PASSES = 80;
/** Pairs from which on prices begin by blocks of tasks: full passes would take too long, and diverge. */
const LARGE_PAIRS = 400_000;
/** Cheap passes over the candidates between two full ones. */
const CHEAP_PASSES = 200;
/** Passes without gain before the step shrinks, and by what. */
const PATIENCE = 20;
const SHRINK = 0.6;
const LEAST_STEP = 1e-4;
/** Passes when the clock decides; long before that the step has shrunk away. */
const MOST_PASSES = 4000;

/** Capacity prices and the bound that they prove. */
export interface Priced {
  readonly prices: Float64Array; // node classes × resources, ≥ 0
  readonly bound: number;
}

/**
 * A lower bound and its prices by the Lagrangian of the capacity rows, whose best value equals that of the linear
 * relaxation. Deflected subgradient (direction = subgradient + ½ the direction before it, rows scaled by capacity),
 * Polyak steps towards a little above the best bound: Held, Wolfe, Crowder (1974); Camerini, Fratta, Maffioli (1975).
 * Most passes look only at each task's best pairs, found anew by a full pass every CHEAP_PASSES; only full passes prove.
 * Begins at the prices `start` (node classes × resources), ends when the step has shrunk away, the bound comes within
 * `target` (the incumbent's objective) or the budget is spent.
 */
export function lagrangianBound(
  instance: Instance,
  objective: DualObjective,
  start: Float64Array,
  target: number,
  budget: Budget,
): Priced {
  const { width } = instance;
  const scale = Float64Array.from(instance.free, (free, at) => free * instance.size[Math.floor(at / width)]!);
  let proven: Priced = { prices: start, bound: dualValue(instance, objective, start).value };
  const large = instance.pairs.node.length > LARGE_PAIRS;
  if (large && objective.cost && start.every((price) => price === 0) && !budget.expired()) {
    const prices = blockPrices(instance, objective.cost, budget);
    const { value } = dualValue(instance, objective, prices);
    if (value > proven.bound) proven = { prices, bound: value };
  }
  const descent = new Descent(instance, objective, scale, target);
  let passes = Math.min(MOST_PASSES, budget.steps);
  let next = large
    ? { candidates: CANDIDATES, passes: CHEAP_PASSES }
    : { candidates: Number.POSITIVE_INFINITY, passes: FULL_PASSES };
  while (passes > 0 && descent.step > LEAST_STEP && !budget.expired()) {
    if (proven.bound >= target - 1e-9 * Math.abs(target)) break;
    descent.choosePairs(proven.prices, next.candidates);
    const prices = descent.run(proven.prices, Math.min(next.passes, passes), budget);
    passes -= next.passes;
    const { value } = dualValue(instance, objective, prices);
    if (value > proven.bound) proven = { prices, bound: value };
    else if (descent.complete && next.candidates === CANDIDATES) break;
    next = { candidates: CANDIDATES, passes: CHEAP_PASSES };
  }
  return proven;
}

/** Subgradient passes over a subset of the pairs. */
class Descent {
  step = 1;
  complete = false; // the subset is all pairs, so that every pass is a full one
  readonly #instance: Instance;
  readonly #objective: DualObjective;
  readonly #target: number;
  readonly #scale: Float64Array; // classes × resources: total free capacity
  #start: Int32Array = new Int32Array(0); // tasks + 1, into #pair
  #pair: Int32Array = new Int32Array(0); // the subset, by task
  readonly #least: Float64Array; // scratch: tasks → least reduced cost
  readonly #bestPair: Int32Array; // scratch: tasks → pair of that cost

  constructor(instance: Instance, objective: DualObjective, scale: Float64Array, target: number) {
    this.#target = target;
    this.#instance = instance;
    this.#objective = objective;
    this.#scale = scale;
    this.#least = new Float64Array(instance.tasks);
    this.#bestPair = new Int32Array(instance.tasks);
  }

  /** Keeps so many pairs of each task, those of least reduced cost; all of them as they stand. */
  choosePairs(prices: Float64Array, candidates: number): void {
    const { pairs, tasks } = this.#instance;
    let most = 0;
    for (let i = 0; i < tasks; i++) most = Math.max(most, pairs.start[i + 1]! - pairs.start[i]!);
    this.complete = most <= candidates;
    const kept = this.complete
      ? { start: pairs.start, pair: Int32Array.from(pairs.node.keys()) }
      : bestPairs(this.#instance, this.#objective.cost, prices, candidates);
    this.#start = kept.start;
    this.#pair = kept.pair;
  }

  /** Runs `passes` steps from `prices` and returns the prices of the best pass. */
  run(prices: Float64Array, passes: number, budget: Budget): Float64Array {
    const scale = this.#scale;
    const current = prices.slice();
    let best = current.slice();
    let bestValue = Number.NEGATIVE_INFINITY;
    const direction = new Float64Array(current.length);
    const gradient = new Float64Array(current.length);
    let stale = 0;
    for (let pass = 0; pass < passes && this.step > LEAST_STEP; pass++) {
      if (budget.expired()) break;
      const value = this.#price(current, gradient);
      if (value > bestValue + 1e-7 * Math.abs(bestValue)) stale = 0;
      else if (++stale >= PATIENCE) {
        this.step *= SHRINK;
        stale = 0;
        current.set(best);
        direction.fill(0);
        bestValue = Math.max(bestValue, value);
        continue;
      }
      if (value > bestValue) {
        bestValue = value;
        best = current.slice();
      }
      // deflect, with each row in units of its capacity
      let norm = 0;
      for (let at = 0; at < current.length; at++) {
        if (scale[at]! <= 0) continue;
        const g = gradient[at]! / scale[at]!;
        direction[at] = (current[at] === 0 && g < 0 ? 0 : g) + 0.5 * direction[at]!;
        norm += direction[at]! * direction[at]!;
      }
      if (norm < 1e-18) break;
      const length = (this.step * (this.#reach(bestValue) - value)) / norm;
      for (let at = 0; at < current.length; at++)
        if (scale[at]! > 0) current[at] = Math.max(0, current[at]! + (length * direction[at]!) / scale[at]!);
    }
    return best;
  }

  /** What steps aim at: a little above the best value, by the distance to the target where that says more. */
  #reach(best: number): number {
    const gap = Number.isFinite(this.#target) ? Math.max(0, this.#target - best) : 0;
    return best + Math.max(0.01 * Math.abs(best), 0.05 * gap, 1e-9);
  }

  /** The dual value over the subset at `prices`; writes load − capacity of the tasks' choices into `gradient`. */
  #price(prices: Float64Array, gradient: Float64Array): number {
    const { pairs, width, tasks, count, tier } = this.#instance;
    const { cost, fixed } = this.#objective;
    let value = 0;
    for (let at = 0; at < prices.length; at++) {
      gradient[at] = -this.#scale[at]!;
      value -= prices[at]! * this.#scale[at]!;
    }
    for (let i = 0; i < tasks; i++) {
      let least = Number.POSITIVE_INFINITY;
      let best = -1;
      for (let at = this.#start[i]!; at < this.#start[i + 1]!; at++) {
        const p = this.#pair[at]!;
        let reduced = cost ? cost[p]! : 0;
        const q = pairs.node[p]! * width;
        const row = pairs.row[p]! * width;
        for (let k = 0; k < width; k++) reduced += prices[q + k]! * pairs.demand[row + k]!;
        if (reduced < least) {
          least = reduced;
          best = p;
        }
      }
      this.#least[i] = least;
      this.#bestPair[i] = best;
    }
    const tierPrices = bestTierPrices(this.#instance, this.#objective, this.#least);
    const above = new Float64Array(fixed.length); // copies dearer than their tier's price
    for (let i = 0; i < tasks; i++) {
      if (this.#bestPair[i]! < 0) continue;
      const price = tierPrices[tier[i]!]!;
      value += count[i]! * Math.min(this.#least[i]!, price);
      if (this.#least[i]! > price) above[tier[i]!]! += count[i]!;
    }
    for (let t = 0; t < fixed.length; t++) if (fixed[t]! > 0) value -= tierPrices[t]! * fixed[t]!;
    for (let i = 0; i < tasks; i++) {
      const p = this.#bestPair[i]!;
      if (p < 0) continue;
      const price = tierPrices[tier[i]!]!;
      if (this.#least[i]! > price) continue;
      // of the copies at the price itself, those that the fixed count still leaves out are not placed
      const out =
        this.#least[i] === price && fixed[tier[i]!]! > above[tier[i]!]!
          ? Math.min(count[i]!, fixed[tier[i]!]! - above[tier[i]!]!)
          : 0;
      above[tier[i]!]! += out;
      const row = pairs.row[p]! * width;
      const q = pairs.node[p]! * width;
      for (let k = 0; k < width; k++) gradient[q + k]! += (count[i]! - out) * pairs.demand[row + k]!;
    }
    return value;
  }
}
