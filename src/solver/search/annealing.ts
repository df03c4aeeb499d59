import { random } from '../../model/random.ts';
import { Exchange } from './exchange.ts';
import { Members } from './members.ts';
import type { Packing } from './packing.ts';
import { COST, DEMAND, meanRegret, pricesOfCopies, type Slots, slotAt } from './slots.ts';
import type { Weights } from './weights.ts';

/** Moves of one stride. */
export const STRIDE = 2000;
/** First and last temperature, as shares of the mean regret. */
const HOTTEST = 0.5;
const COLDEST = 0.01;
/** Least temperature scale, as a share of the mean cost: where all nodes cost the same there is no regret. */
const LEAST_SCALE = 0.02;
/** Moves per unit between two looks at overloads. */
const LOOK = 2;
/** Units of a full node looked at in one move; the next move there begins behind them. */
const LOOKED_AT = 24;
/** Slots that an ejected unit may go to. */
const EJECTED_TO = 6;

/**
 * Simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983) in which nodes may be overloaded for a price that grows while they
 * are. A move shifts a unit to one of its slots; where that is full, it swaps with the best unit there of which its own node is a
 * slot, takes the room of several that take its own, or ejects one to a third node. Units that are nowhere enter by the same moves,
 * for the price of the overload, and leave overloaded nodes.
 */
export class Annealing {
  readonly #packing: Packing;
  readonly #slots: Slots;
  readonly #prices: Float64Array; // node copies × resources
  readonly #next: () => number;
  readonly #members: Members;
  readonly #weights: Weights;
  readonly #exchange: Exchange;
  readonly #scale: number;
  #sinceLook = 0;
  readonly #trial: Float64Array; // scratch: resources → load of the aimed node with the unit

  constructor(packing: Packing, slots: Slots, weights: Weights, prices: Float64Array, seed: number) {
    const { instance } = packing;
    this.#packing = packing;
    this.#slots = slots;
    this.#weights = weights;
    this.#next = random(seed);
    this.#members = new Members(packing, slots, this.#next);
    this.#prices = pricesOfCopies(instance, prices);
    this.#exchange = new Exchange(packing, slots, this.#prices);
    this.#scale = Math.max(meanRegret(slots), LEAST_SCALE * packing.typicalCost);
    this.#trial = new Float64Array(packing.width);
  }

  /** Makes STRIDE moves at the temperature of `progress`, 0 at the start of the schedule and 1 at its end. */
  stride(progress: number): void {
    const packing = this.#packing;
    const next = this.#next;
    const units = packing.units;
    const temperature = this.#scale * HOTTEST * (COLDEST / HOTTEST) ** Math.min(1, progress);
    for (let move = 0; move < STRIDE; move++) {
      const unit = Math.floor(next() * units);
      this.#move(unit, -temperature * Math.log(next() + 1e-300)); // accept what costs less than this
      if (++this.#sinceLook >= LOOK * units) {
        this.#sinceLook = 0;
        this.#weights.adapt();
      }
    }
  }

  #move(unit: number, threshold: number): void {
    const packing = this.#packing;
    const { width, cost, spare, load, limit, weight, strain, demand } = packing;
    const { start, stride, record } = this.#slots;
    const task = packing.task[unit]!;
    const from = packing.at[unit]!;

    // out, if that relieves its node
    const relief = from < 0 || strain[from] === 0 ? 0 : packing.strainWithout(unit) - strain[from]!;
    if (relief < 0 && packing.outCost(unit) - cost[unit]! + relief < threshold) {
      packing.take(unit);
      this.#settle();
      return;
    }

    // aim at a slot, the better ones more often
    const draw = this.#next();
    const choices = start[task + 1]! - start[task]!;
    if (choices === 0) return;
    const slot = start[task]! + Math.floor(choices * draw * draw);
    const to = this.#members.of(slot);
    if (to === from) return;
    const base = record[slot * stride + COST]! - cost[unit]! + relief;

    // shift
    const trial = this.#trial;
    let crowded = 0;
    for (let k = 0; k < width; k++) {
      const at = to * width + k;
      const sum = load[at]! + record[slot * stride + DEMAND + k]!;
      trial[k] = sum;
      const over = sum - limit[at]!;
      if (over > 0) crowded += weight[at]! * over;
    }
    if (base + crowded - strain[to]! < threshold) {
      packing.take(unit);
      packing.enter(unit, to);
      this.#settle();
      return;
    }
    if (crowded === 0) return;

    // swap with the best unit there, or find the one that is best ejected
    const { next, first } = packing;
    const prices = this.#prices;
    let least = threshold;
    let partner = -1;
    let ejected = -1;
    let hope = threshold;
    let ejectedBase = 0;
    let other = first[to]!;
    if (other < 0) return;
    for (let looked = 0; looked < LOOKED_AT; looked++) {
      let strained = 0;
      let worth = 0;
      for (let k = 0; k < width; k++) {
        const at = to * width + k;
        const d = demand[other * width + k]!;
        const over = trial[k]! - d - limit[at]!;
        if (over > 0) strained += weight[at]! * over;
        if (from >= 0) worth += prices[from * width + k]! * d;
      }
      const before = base + strained - strain[to]! - cost[other]!;
      const floor = before + cost[other]! - spare[other]!;
      if (floor < hope) {
        hope = floor;
        ejected = other;
        ejectedBase = before;
      }
      if (from < 0) {
        const delta = before + packing.outCost(other);
        if (delta < least) {
          least = delta;
          partner = other;
        }
      } else if (floor - worth < least) {
        const back = slotAt(this.#slots, packing.task[other]!, from);
        if (back >= 0) {
          let delta = before + record[back * stride + COST]!;
          if (delta < least) {
            delta -= strain[from]! + relief;
            for (let k = 0; k < width; k++) {
              const at = from * width + k;
              const over = load[at]! - demand[unit * width + k]! + record[back * stride + DEMAND + k]! - limit[at]!;
              if (over > 0) delta += weight[at]! * over;
            }
            if (delta < least) {
              least = delta;
              partner = other;
            }
          }
        }
      }
      other = next[other]!;
      if (other === first[to]) break;
    }
    first[to] = other;
    if (partner >= 0) {
      packing.take(unit);
      packing.take(partner);
      if (from >= 0) packing.enter(partner, from);
      packing.enter(unit, to);
      this.#settle();
      return;
    }
    if (from >= 0 && base - strain[to]! + this.#exchange.find(to, trial, unit) < threshold) {
      packing.take(unit);
      this.#exchange.take();
      this.#exchange.enter(from);
      packing.enter(unit, to);
      this.#settle();
      return;
    }
    if (ejected >= 0) this.#eject(unit, from, to, ejected, ejectedBase, threshold);
  }

  /** Puts a unit in the place of another, which moves on to a third node. */
  #eject(unit: number, from: number, to: number, other: number, base: number, threshold: number): void {
    const packing = this.#packing;
    const { width, load, limit, weight, strain } = packing;
    const { start, stride, record } = this.#slots;
    const task = packing.task[other]!;
    const end = Math.min(start[task + 1]!, start[task]! + EJECTED_TO);
    let least = threshold;
    let third = -1;
    for (let s = start[task]!; s < end; s++) {
      const cost = base + record[s * stride + COST]!;
      if (cost >= least) continue;
      const copy = this.#members.of(s);
      if (copy === to || copy === from) continue;
      let delta = cost - strain[copy]!;
      for (let k = 0; k < width; k++) {
        const at = copy * width + k;
        const over = load[at]! + record[s * stride + DEMAND + k]! - limit[at]!;
        if (over > 0) delta += weight[at]! * over;
      }
      if (delta < least) {
        least = delta;
        third = copy;
      }
    }
    if (third < 0) return;
    packing.take(unit);
    packing.take(other);
    packing.enter(other, third);
    packing.enter(unit, to);
    this.#settle();
  }

  #settle(): void {
    if (this.#packing.overloaded === 0 && this.#packing.isBetter) this.#packing.keep();
  }
}
