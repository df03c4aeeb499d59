import { random } from '../../model/random.ts';
import { Ejections } from './ejections.ts';
import { Exchange } from './exchange.ts';
import { Members } from './members.ts';
import type { Packing } from './packing.ts';
import { COST, DEMAND, pricesOfCopies, REDUCED, type Slots, slotAt } from './slots.ts';
import type { Weights } from './weights.ts';

/** Chains tried in one stride. */
const CHAINS = 50;
/** Ejections followed from each unit of a chain, by how many were ejected before it, the most hopeful first. */
const BREADTH = [4, 3, 2, 2, 1, 1];
const DEPTH = BREADTH.length;
/** Units of which the worst placed begins a chain. */
const DRAWN = 8;
/** Chains per unit between two looks at overloads. */
const LOOK = 0.25;
/** Units of a full node looked at; the next look there begins behind them. */
const LOOKED_AT = 24;

/**
 * Ejection chains (Glover 1996; for generalized assignment Yagiura, Ibaraki, Glover 2004). A unit leaves its node and takes
 * the place of another, which takes that of a third …, until one closes the chain in the first one's hole, as is asked of every
 * unit looked at, or several together do, or where there is room. The search is depth first, narrower with each ejection (Lin,
 * Kernighan 1973), the most hopeful first, and cut off where even the least reduced cost of the unit ejected and all that the
 * hole is worth would not bring the chain below a threshold. The first chain below it is made.
 */
export class Chains {
  readonly #packing: Packing;
  readonly #slots: Slots;
  readonly #weights: Weights;
  readonly #prices: Float64Array; // node copies × resources
  readonly #next: () => number;
  readonly #settled: boolean;
  readonly #dearest: Float64Array; // tiers → largest of the least reduced costs
  readonly #members: Members;
  readonly #exchange: Exchange;
  readonly #trial: Float64Array; // scratch: resources → load of a node with the unit aimed at it
  readonly #onPath: Uint8Array; // node copies → 1 where the chain has been
  // the chain: unit l goes to node l, from where it ejects unit l + 1
  readonly #unit = new Int32Array(DEPTH + 1);
  readonly #node = new Int32Array(DEPTH + 1);
  readonly #ejections = Array.from({ length: DEPTH + 1 }, (_, level) => new Ejections(BREADTH[level] ?? 0)); // by level
  #sinceLook = 0; // chains
  #origin = -1; // where unit 0 is, −1: nowhere
  #threshold = 0;
  #horizon = 0; // threshold plus the worth of the hole

  /** `settled`: a unit that is nowhere comes in only as another of its tier goes out, and none goes out otherwise. */
  constructor(packing: Packing, slots: Slots, weights: Weights, prices: Float64Array, seed: number, settled: boolean) {
    this.#packing = packing;
    this.#slots = slots;
    this.#weights = weights;
    this.#prices = pricesOfCopies(packing.instance, prices);
    this.#next = random(seed);
    this.#settled = settled;
    this.#dearest = new Float64Array(packing.instance.tiers.length);
    slots.floor.forEach((least, task) => {
      const tier = packing.instance.tier[task]!;
      this.#dearest[tier] = Math.max(this.#dearest[tier]!, least);
    });
    this.#members = new Members(packing, slots, this.#next);
    this.#exchange = new Exchange(packing, slots, this.#prices);
    this.#trial = new Float64Array(packing.width);
    this.#onPath = new Uint8Array(packing.instance.nodes.copies);
  }

  /** Tries CHAINS chains from random units, each made if it costs less than a threshold drawn as in annealing. */
  stride(temperature: number): void {
    const packing = this.#packing;
    for (let n = 0; n < CHAINS; n++) {
      const unit = this.#draw();
      this.#threshold = -temperature * Math.log(this.#next() + 1e-300);
      this.#start(unit);
    }
    this.#sinceLook += CHAINS;
    if (this.#sinceLook >= LOOK * packing.units) {
      this.#sinceLook = 0;
      this.#weights.adapt();
    }
  }

  /** A random unit if it is nowhere; else, of a few, the one that loses most by not being at its best place. */
  #draw(): number {
    const { units, at, spare, demand, width } = this.#packing;
    let drawn = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let n = 0; n < DRAWN; n++) {
      const unit = Math.floor(this.#next() * units);
      const copy = at[unit]!;
      if (copy < 0) {
        if (n === 0) return unit;
        continue;
      }
      let loss = spare[unit]!;
      for (let k = 0; k < width; k++) loss += this.#prices[copy * width + k]! * demand[unit * width + k]!;
      if (loss > most) {
        most = loss;
        drawn = unit;
      }
    }
    return drawn;
  }

  #start(unit: number): void {
    const packing = this.#packing;
    const origin = packing.at[unit]!;
    this.#origin = origin;
    this.#unit[0] = unit;
    if (origin < 0) {
      this.#horizon = this.#threshold + (this.#settled ? this.#worthOfGoingOut(unit) : 0);
      this.#follow(0, -packing.cost[unit]!);
      return;
    }
    const strain = packing.strain[origin]!;
    const relief = strain === 0 ? 0 : packing.strainWithout(unit) - strain;
    if (relief < 0 && !this.#settled && packing.outCost(unit) - packing.cost[unit]! + relief < this.#threshold) {
      packing.take(unit);
      if (packing.isBetter) packing.keep();
      return;
    }
    this.#horizon = this.#threshold + this.#worthOfHole(unit);
    this.#onPath[origin] = 1;
    this.#follow(0, relief - packing.cost[unit]!);
    this.#onPath[origin] = 0;
  }

  /** Finds the unit of a level a place; `spent` is the cost so far, its own not counted. Returns whether the chain was made. */
  #follow(level: number, spent: number): boolean {
    const packing = this.#packing;
    const { width, load, limit, weight, strain, demand, cost, spare, first, next } = packing;
    const { start, stride, record } = this.#slots;
    const threshold = this.#threshold;
    const onPath = this.#onPath;
    const trial = this.#trial;
    const oneForOne = this.#origin < 0 && this.#settled; // until one goes out
    const unit = this.#unit[level]!;
    const ejections = this.#ejections[level]!;
    ejections.clear(level < DEPTH ? this.#horizon : Number.NEGATIVE_INFINITY);
    const task = packing.task[unit]!;
    for (let s = start[task]!, end = start[task + 1]!; s < end; s++) {
      const base = spent + record[s * stride + COST]!;
      const hopeful = spent + record[s * stride + REDUCED]! < ejections.cutoff;
      if (!hopeful && base >= threshold) continue;
      const to = this.#members.of(s);
      if (onPath[to] !== 0) continue;

      // close where there is room
      let crowded = 0;
      for (let k = 0; k < width; k++) {
        const at = to * width + k;
        const sum = load[at]! + record[s * stride + DEMAND + k]!;
        trial[k] = sum;
        const over = sum - limit[at]!;
        if (over > 0) crowded += weight[at]! * over;
      }
      const calm = base - strain[to]!;
      if (calm + crowded < threshold && !oneForOne) {
        this.#node[level] = to;
        this.#make(level);
        return true;
      }
      if ((crowded === 0 && !oneForOne) || !hopeful) continue;

      // list the most hopeful ejections
      let other = first[to]!;
      if (other < 0) continue;
      for (let looked = 0; looked < LOOKED_AT; looked++) {
        const hope = calm - spare[other]!;
        if (hope < this.#horizon && packing.task[other]! !== task) {
          let strained = 0;
          for (let k = 0; k < width; k++) {
            const at = to * width + k;
            const over = trial[k]! - demand[other * width + k]! - limit[at]!;
            if (over > 0) strained += weight[at]! * over;
          }
          if (hope + strained < this.#horizon) {
            const then = calm + strained - cost[other]!;
            if (this.#closesInHole(other, then)) {
              this.#node[level] = to;
              this.#unit[level + 1] = other;
              this.#node[level + 1] = this.#origin;
              this.#make(level + 1);
              return true;
            }
            if (hope + strained < ejections.cutoff)
              ejections.add(hope + strained, then, other, packing.task[other]!, to);
          }
        }
        other = next[other]!;
        if (other === first[to]) break;
      }
      first[to] = other;
      if (this.#origin >= 0 && calm + this.#exchange.find(to, trial, this.#unit[0]!) < threshold) {
        this.#node[level] = to;
        this.#makeByExchange(level);
        return true;
      }
    }
    for (let e = 0; e < ejections.count; e++) {
      const to = ejections.node[e]!;
      this.#node[level] = to;
      this.#unit[level + 1] = ejections.unit[e]!;
      onPath[to] = 1;
      const made = this.#follow(level + 1, ejections.spent[e]!);
      onPath[to] = 0;
      if (made) return true;
    }
    return false;
  }

  /** Whether a unit closes the chain where its first one was, cheaply enough: that is one of its slots, or both are nowhere. */
  #closesInHole(unit: number, spent: number): boolean {
    const packing = this.#packing;
    const origin = this.#origin;
    if (origin < 0) return this.#mayGoOut(unit) && spent + packing.outCost(unit) < this.#threshold;
    const slot = slotAt(this.#slots, packing.task[unit]!, origin);
    if (slot < 0) return false;
    const { width, load, limit, weight, demand } = packing;
    const { stride, record } = this.#slots;
    let delta = spent + record[slot * stride + COST]!;
    for (let k = 0; k < width && delta < this.#threshold; k++) {
      const at = origin * width + k;
      const without = load[at]! - demand[this.#unit[0]! * width + k]! - limit[at]!;
      const over = without + record[slot * stride + DEMAND + k]!;
      if (over > 0) delta += weight[at]! * (over - (without > 0 ? without : 0));
    }
    return delta < this.#threshold;
  }

  /** The same with those of the last node that exchange for the first one's hole. */
  #makeByExchange(level: number): void {
    const hole = this.#origin;
    this.#exchange.take();
    this.#packing.take(this.#unit[0]!);
    this.#exchange.enter(hole);
    this.#make(level);
  }

  /** Moves the units of the chain up to `level`. */
  #make(level: number): void {
    const packing = this.#packing;
    for (let l = 0; l <= level; l++) packing.take(this.#unit[l]!);
    for (let l = 0; l <= level; l++) {
      const to = this.#node[l]!;
      if (to >= 0) packing.enter(this.#unit[l]!, to);
    }
    if (packing.isBetter) packing.keep();
  }

  /** Whether a unit may go out for the first of the chain. */
  #mayGoOut(unit: number): boolean {
    const { instance, task } = this.#packing;
    return !this.#settled || instance.tier[task[unit]!] === instance.tier[task[this.#unit[0]!]!];
  }

  /** What it saves at most that another of its tier goes out for a unit, less the price of that. */
  #worthOfGoingOut(unit: number): number {
    const { instance, task } = this.#packing;
    return this.#dearest[instance.tier[task[unit]!]!]! - this.#packing.outCost(unit);
  }

  /** What the room at a unit's node is worth once the unit is gone. */
  #worthOfHole(unit: number): number {
    const { width, load, limit, demand } = this.#packing;
    let worth = 0;
    for (let k = 0; k < width; k++) {
      const at = this.#origin * width + k;
      const room = limit[at]! - load[at]! + demand[unit * width + k]!;
      if (room > 0) worth += this.#prices[at]! * room;
    }
    return worth;
  }
}
