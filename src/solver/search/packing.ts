import type { Assignment } from '../../model/assignment.ts';
import type { Instance } from '../../model/instance.ts';
import { leastCosts, outPrices, typicalCost } from './out-prices.ts';
import { PairTable } from './pair-table.ts';
import { placesOf, tasksOf } from './units.ts';

/** Relative gain for which a better assignment is kept. */
const LEAST_GAIN = 1e-8;
/**
 * An integral assignment in motion, and the best feasible one seen. Units are the copies of the tasks, in the order of the
 * tasks; each is at a node copy, or nowhere (−1) at a price by its tier. Nodes may be over their limits: their strain is
 * what that costs, the excess of each resource times a weight. Everything is kept up to date with each unit moved.
 */
export class Packing {
  readonly instance: Instance;
  readonly width: number;
  readonly table: PairTable;
  readonly task: Int32Array; // units → task
  readonly at: Int32Array; // units → node copy, −1: nowhere
  readonly cost: Float64Array; // units → cost there, or price of being nowhere
  readonly demand: Float64Array; // units × resources: what it takes there, 0 when nowhere
  readonly spare: Float64Array; // units → cost there less the least reduced cost of its task: what leaving may save at most
  readonly first: Int32Array; // node copies → a unit there, −1: none
  readonly next: Int32Array; // units → the next on the same node, in a circle
  readonly load: Float64Array; // node copies × resources
  readonly limit: Float64Array; // node copies × resources
  readonly weight: Float64Array; // node copies × resources: price of one unit of excess
  readonly strain: Float64Array; // node copies → Σ_k weight · excess, ≥ 0
  readonly outPrice: Float64Array; // tiers → price of a unit left out
  readonly typicalCost: number; // of a unit that is placed, > 0
  readonly best: Int32Array; // units → node copy in the best assignment
  bestCost = 0; // of the units that it places
  kept = 0; // times that a better assignment was kept
  placedCost = 0; // of the units placed now
  overloaded = 0; // node copies with an excess
  #floor: Float64Array; // tasks → least reduced cost
  readonly #previous: Int32Array; // units → the one before it on the same node
  readonly #excess: Uint8Array; // node copies → 1 when overloaded
  readonly #tier: Int32Array; // units → tier
  readonly #behind: Int32Array; // tiers → units left out now beyond those in the best
  #uneven = 0; // tiers in which that is not 0
  readonly #moved: Int32Array; // units moved since the best was kept
  readonly #isMoved: Uint8Array; // units → 1 when among them
  #movedCount = 0;

  constructor(instance: Instance, start: Assignment, floor: Float64Array) {
    const { nodes, width, pairs, limit, tiers } = instance;
    this.instance = instance;
    this.width = width;
    this.table = new PairTable(instance);
    const places = placesOf(instance, start);
    const units = places.length;
    this.task = tasksOf(instance, units);
    this.at = new Int32Array(units).fill(-1);
    this.cost = new Float64Array(units);
    this.demand = new Float64Array(units * width);
    this.spare = new Float64Array(units);
    this.#floor = floor;
    this.first = new Int32Array(nodes.copies).fill(-1);
    this.next = new Int32Array(units);
    this.#previous = new Int32Array(units);
    this.load = new Float64Array(nodes.copies * width);
    this.limit = Float64Array.from(this.load, (_, at) => {
      const copy = Math.floor(at / width);
      return limit[nodes.classOf[copy]! * width + (at - copy * width)]!;
    });
    this.weight = new Float64Array(nodes.copies * width);
    this.strain = new Float64Array(nodes.copies);
    this.#excess = new Uint8Array(nodes.copies);
    this.#tier = this.task.map((task) => instance.tier[task]!);
    this.#behind = new Int32Array(tiers.length);
    this.#moved = new Int32Array(units);
    this.#isMoved = new Uint8Array(units);
    this.best = places;
    let placed = 0;
    for (const { pair, amount } of start.placements) {
      this.bestCost += pairs.cost[pair]! * amount;
      placed += amount;
    }
    const least = leastCosts(instance);
    this.typicalCost = typicalCost(instance, least, this.bestCost, placed);
    this.outPrice = outPrices(instance, least, this.typicalCost);
    for (let unit = 0; unit < units; unit++) this.cost[unit] = this.outPrice[this.#tier[unit]!]!;
    for (let unit = 0; unit < units; unit++) if (places[unit]! >= 0) this.enter(unit, places[unit]!);
    this.#behind.fill(0);
    this.#uneven = 0;
    this.#movedCount = 0;
    this.#isMoved.fill(0);
  }

  get units(): number {
    return this.at.length;
  }

  /** Takes a unit from its node, if it is on one. */
  take(unit: number): void {
    const { width, load, demand, first, next } = this;
    const from = this.at[unit]!;
    if (from < 0) return;
    const after = next[unit]!;
    if (after === unit) first[from] = -1;
    else {
      const before = this.#previous[unit]!;
      next[before] = after;
      this.#previous[after] = before;
      if (first[from] === unit) first[from] = after;
    }
    for (let k = 0; k < width; k++) {
      load[from * width + k]! -= demand[unit * width + k]!;
      demand[unit * width + k] = 0;
    }
    const tier = this.#tier[unit]!;
    this.placedCost -= this.cost[unit]!;
    this.cost[unit] = this.outPrice[tier]!;
    this.at[unit] = -1;
    this.#leave(tier, 1);
    this.#measure(from);
    this.#note(unit);
  }

  /** Puts a unit that is nowhere on a node copy where its task may run. */
  enter(unit: number, copy: number): void {
    const { width, load, demand, first, next } = this;
    const { pairs } = this.instance;
    const head = first[copy]!;
    if (head < 0) {
      first[copy] = unit;
      next[unit] = unit;
      this.#previous[unit] = unit;
    } else {
      const last = this.#previous[head]!;
      next[last] = unit;
      this.#previous[unit] = last;
      next[unit] = head;
      this.#previous[head] = unit;
    }
    const pair = this.table.at(this.task[unit]!, this.instance.nodes.classOf[copy]!);
    const row = pairs.row[pair]! * width;
    for (let k = 0; k < width; k++) {
      const d = pairs.demand[row + k]!;
      demand[unit * width + k] = d;
      load[copy * width + k]! += d;
    }
    const cost = pairs.cost[pair]!;
    this.placedCost += cost;
    this.cost[unit] = cost;
    this.spare[unit] = cost - this.#floor[this.task[unit]!]!;
    this.at[unit] = copy;
    this.#leave(this.#tier[unit]!, -1);
    this.#measure(copy);
    this.#note(unit);
  }

  /** The price of a unit left out. */
  outCost(unit: number): number {
    return this.outPrice[this.#tier[unit]!]!;
  }

  /** The strain of a unit's node without the unit. */
  strainWithout(unit: number): number {
    const { width, load, limit, weight, demand } = this;
    const copy = this.at[unit]!;
    let strain = 0;
    for (let k = 0; k < width; k++) {
      const at = copy * width + k;
      const over = load[at]! - demand[unit * width + k]! - limit[at]!;
      if (over > 0) strain += weight[at]! * over;
    }
    return strain;
  }

  /** Takes in other least reduced costs of the tasks. */
  reprice(floor: Float64Array): void {
    this.#floor = floor;
    for (let unit = 0; unit < this.units; unit++)
      if (this.at[unit]! >= 0) this.spare[unit] = this.cost[unit]! - floor[this.task[unit]!]!;
  }

  /** Whether what stands now is feasible and better than the best: tier by tier fewer left out, then less cost. */
  get isBetter(): boolean {
    if (this.overloaded > 0) return false;
    if (this.#uneven === 0) return this.placedCost < this.bestCost - LEAST_GAIN * Math.abs(this.bestCost);
    for (const behind of this.#behind) if (behind !== 0) return behind < 0;
    return false;
  }

  /** Keeps what stands now as the best. */
  keep(): void {
    this.kept++;
    for (let m = 0; m < this.#movedCount; m++) {
      const unit = this.#moved[m]!;
      this.best[unit] = this.at[unit]!;
      this.#isMoved[unit] = 0;
    }
    this.#movedCount = 0;
    this.#behind.fill(0);
    this.#uneven = 0;
    this.bestCost = this.placedCost;
  }

  /** Goes back to the best. */
  restore(): void {
    for (let m = 0; m < this.#movedCount; m++) this.take(this.#moved[m]!);
    for (let m = 0; m < this.#movedCount; m++) {
      const unit = this.#moved[m]!;
      if (this.best[unit]! >= 0) this.enter(unit, this.best[unit]!);
    }
    this.#movedCount = 0;
    this.#isMoved.fill(0);
    this.refresh();
  }

  /** Goes to other places (units → node copy, −1: nowhere) if they are better than the best, and keeps them then. */
  adopt(places: ArrayLike<number>): void {
    const { instance, task, at, best } = this;
    const change = new Int32Array(this.outPrice.length); // tiers → units left out beyond those in the best
    let cost = 0;
    for (let unit = 0; unit < at.length; unit++) {
      const copy = places[unit]!;
      change[this.#tier[unit]!]! += (copy < 0 ? 1 : 0) - (best[unit]! < 0 ? 1 : 0);
      if (copy >= 0) cost += instance.pairs.cost[this.table.at(task[unit]!, instance.nodes.classOf[copy]!)]!;
    }
    const first = change.find((units) => units !== 0) ?? 0;
    if (first > 0 || (first === 0 && cost >= this.bestCost)) return;
    this.goTo(places);
    if (this.isBetter) this.keep();
  }

  /** Goes to other places (units → node copy, −1: nowhere). */
  goTo(places: ArrayLike<number>): void {
    const { at } = this;
    for (let unit = 0; unit < at.length; unit++) if (places[unit] !== at[unit]) this.take(unit);
    for (let unit = 0; unit < at.length; unit++)
      if (places[unit]! >= 0 && at[unit]! < 0) this.enter(unit, places[unit]!);
    this.refresh();
  }

  /** Sums loads, strains and the cost anew: takes in new weights, takes out the rounding of many moves. */
  refresh(): void {
    const { width, load, demand, at, cost } = this;
    load.fill(0);
    let sum = 0;
    for (let unit = 0; unit < at.length; unit++) {
      const copy = at[unit]!;
      if (copy < 0) continue;
      sum += cost[unit]!;
      for (let k = 0; k < width; k++) load[copy * width + k]! += demand[unit * width + k]!;
    }
    this.placedCost = sum;
    for (let copy = 0; copy < this.strain.length; copy++) this.#measure(copy);
  }

  #measure(copy: number): void {
    const { width, load, limit, weight } = this;
    let strain = 0;
    let excess = 0;
    for (let at = copy * width, end = at + width; at < end; at++) {
      const over = load[at]! - limit[at]!;
      if (over > 0) {
        strain += weight[at]! * over;
        excess = 1;
      }
    }
    this.strain[copy] = strain;
    this.overloaded += excess - this.#excess[copy]!;
    this.#excess[copy] = excess;
  }

  #leave(tier: number, units: number): void {
    const before = this.#behind[tier]!;
    const after = before + units;
    this.#behind[tier] = after;
    if (before === 0) this.#uneven++;
    else if (after === 0) this.#uneven--;
  }

  #note(unit: number): void {
    if (this.#isMoved[unit] !== 0) return;
    this.#isMoved[unit] = 1;
    this.#moved[this.#movedCount++] = unit;
  }
}
