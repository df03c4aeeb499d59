import type { Assignment } from '../../../model/assignment.ts';
import type { Instance } from '../../../model/instance.ts';
import { type SideState, sideStateOf } from '../../../model/side-state.ts';
import { PairTable } from '../pair-table.ts';
import { tasksOf } from '../units.ts';
import { BestLayout } from './best-layout.ts';
import { Outside } from './outside.ts';

/**
 * An integral assignment with side rules and opening costs in motion, and the best one seen. Units are the copies of the
 * tasks, in the order of the tasks; each is on a node copy, or out (−1). No node is ever over its limit. A move is made of
 * shifts of single units, and judged, kept or taken back as a whole.
 *
 * The energy is that of the units that are out ({@link Outside}), plus the cost, less a reward for fullness: a node that
 * costs c to open is worth `eagerness` · c · fullness² less, so that nodes fill up or empty little by little.
 */
export class Layout {
  readonly instance: Instance;
  readonly units: number;
  readonly table: PairTable;
  readonly sides: SideState | null;
  readonly task: Int32Array; // units → task
  readonly at: Int32Array; // units → node copy, −1: out
  readonly pair: Int32Array; // units → pair there, −1: out
  readonly on: number[][]; // node copies → units there
  readonly out: number[] = []; // units that are out
  readonly opening: Float64Array; // node copies → cost of holding something
  readonly outside: Outside;
  readonly best: BestLayout;
  eagerness = 0;
  #cost = 0;
  #reward = 0;
  readonly #width: number;
  readonly #slot: Int32Array; // units → position in `on` of its node, or in `out`
  readonly #load: Float64Array; // node copies × resources
  readonly #limit: Float64Array; // node copies × resources
  readonly #share: Float64Array; // node copies × resources → 1 / (resources · limit)
  readonly #fullness: Float64Array; // node copies → mean share in use of the limits
  readonly #journal: number[] = []; // unit, pair and node copy before, of each shift of the move
  #costBefore = 0;
  #rewardBefore = 0;

  constructor(instance: Instance, start: Assignment) {
    const { nodes, width, limit, opening } = instance;
    this.instance = instance;
    this.#width = width;
    this.table = new PairTable(instance);
    this.sides = sideStateOf(instance);
    this.best = new BestLayout(instance, start);
    this.units = this.best.at.length;
    this.task = tasksOf(instance, this.units);
    this.at = new Int32Array(this.units).fill(-1);
    this.pair = new Int32Array(this.units).fill(-1);
    this.#slot = new Int32Array(this.units);
    this.on = Array.from({ length: nodes.copies }, () => []);
    this.#load = new Float64Array(nodes.copies * width);
    this.#limit = this.#load.map((_, at) => limit[nodes.classOf[Math.floor(at / width)]! * width + (at % width)]!);
    this.#share = this.#limit.map((most) => (most > 0 ? 1 / (width * most) : 0));
    this.#fullness = new Float64Array(nodes.copies);
    this.opening = Float64Array.from(nodes.classOf, (q) => opening?.[q] ?? 0);
    this.outside = new Outside(instance);
    for (let unit = 0; unit < this.units; unit++) this.#slot[unit] = this.out.push(unit) - 1;
    this.goToBest();
    this.best.cost = this.#cost;
  }

  /** The pair of a unit on a node copy, −1 where it may not run. */
  pairOn(unit: number, copy: number): number {
    return this.table.at(this.task[unit]!, this.instance.nodes.classOf[copy]!);
  }

  /** Whether a pair fits on a node copy once `without` (a pair that is there, or −1) has left it. */
  fits(pair: number, copy: number, without = -1): boolean {
    const width = this.#width;
    const { row, demand } = this.instance.pairs;
    const r = row[pair]! * width;
    const gone = without < 0 ? -1 : row[without]! * width;
    for (let k = 0; k < width; k++) {
      const d = demand[r + k]!;
      const freed = gone < 0 ? 0 : demand[gone + k]!;
      if (d > freed && this.#load[copy * width + k]! - freed + d > this.#limit[copy * width + k]!) return false;
    }
    return true;
  }

  /** Whether the rules let one more copy of a unit's task on a node copy. */
  allows(unit: number, copy: number): boolean {
    return this.sides === null || this.sides.room(this.task[unit]!, copy) >= 1;
  }

  /** Energy of one pair more on a node copy; `opened`: as if the node held something. */
  energyOf(pair: number, copy: number, opened = false): number {
    const cost = this.instance.pairs.cost[pair]!;
    const price = this.opening[copy]!;
    if (price === 0) return cost;
    const bulk = this.#bulk(pair, copy);
    const opens = !opened && this.on[copy]!.length === 0;
    return cost + price * ((opens ? 1 : 0) - this.eagerness * bulk * (2 * this.#fullness[copy]! + bulk));
  }

  /** Energy that a pair adds to a node copy in the place of one that is there. */
  energyInstead(pair: number, copy: number, gone: number): number {
    const { cost } = this.instance.pairs;
    const price = this.opening[copy]!;
    if (price === 0) return cost[pair]! - cost[gone]!;
    const more = this.#bulk(pair, copy) - this.#bulk(gone, copy);
    return cost[pair]! - cost[gone]! - this.eagerness * price * more * (2 * this.#fullness[copy]! + more);
  }

  /** Energy of a unit that is out. */
  energyOut(unit: number): number {
    return this.outside.energyOf(this.task[unit]!);
  }

  /** Energy of a unit where it is: what its leaving would take away. */
  energyAt(unit: number): number {
    const copy = this.at[unit]!;
    if (copy < 0) return this.energyOut(unit);
    const cost = this.instance.pairs.cost[this.pair[unit]!]!;
    const price = this.opening[copy]!;
    if (price === 0) return cost;
    const bulk = this.#bulk(this.pair[unit]!, copy);
    const last = this.on[copy]!.length === 1;
    return cost + price * ((last ? 1 : 0) - this.eagerness * bulk * (2 * this.#fullness[copy]! - bulk));
  }

  /** Puts a unit on a node copy, or out (pair and copy −1), as a part of the move. */
  shift(unit: number, pair: number, copy: number): void {
    this.#journal.push(unit, this.pair[unit]!, this.at[unit]!);
    this.#put(unit, pair, copy);
  }

  /** Energy that the move has added so far. */
  get added(): number {
    return this.outside.added + (this.#cost - this.#costBefore) + (this.#rewardBefore - this.#reward);
  }

  /** Keeps the move; notes the layout if it is the best so far. */
  accept(): void {
    for (let at = 0; at < this.#journal.length; at += 3) this.best.moved(this.#journal[at]!);
    if (this.best.isBeatenBy(this.#cost)) this.best.keep(this.at, this.#cost);
    this.#begin();
  }

  /** Takes the move back. */
  reject(): void {
    const journal = this.#journal;
    for (let at = journal.length - 3; at >= 0; at -= 3) this.#put(journal[at]!, journal[at + 1]!, journal[at + 2]!);
    this.#cost = this.#costBefore;
    this.#reward = this.#rewardBefore;
    this.#begin();
  }

  /** Goes back to the best layout. */
  goToBest(): void {
    const best = this.best.at;
    for (let unit = 0; unit < this.units; unit++) if (this.at[unit] !== best[unit]) this.#put(unit, -1, -1);
    for (let unit = 0; unit < this.units; unit++)
      if (best[unit]! >= 0 && this.at[unit]! < 0) this.#put(unit, this.pairOn(unit, best[unit]!), best[unit]!);
    this.best.reached();
    this.refresh();
  }

  /** Goes to a layout made elsewhere (units → node copy), and takes it for the best. */
  adopt(places: ArrayLike<number>): void {
    this.best.at.set(places);
    this.goToBest();
    this.best.cost = this.#cost;
  }

  /** Sums everything anew: takes in another eagerness, takes out the rounding of many moves. */
  refresh(): void {
    const { pairs } = this.instance;
    this.#load.fill(0);
    this.#fullness.fill(0);
    this.#reward = 0;
    this.#cost = 0;
    for (let unit = 0; unit < this.units; unit++) {
      const pair = this.pair[unit]!;
      if (pair < 0) continue;
      this.#carry(pair, this.at[unit]!, 1);
      this.#cost += pairs.cost[pair]!;
    }
    for (let copy = 0; copy < this.on.length; copy++) if (this.on[copy]!.length > 0) this.#cost += this.opening[copy]!;
    this.#begin();
  }

  #begin(): void {
    this.#journal.length = 0;
    this.outside.begin();
    this.#costBefore = this.#cost;
    this.#rewardBefore = this.#reward;
  }

  #put(unit: number, pair: number, copy: number): void {
    const from = this.at[unit]!;
    const left = this.pair[unit]!;
    const i = this.task[unit]!;
    const list = from < 0 ? this.out : this.on[from]!;
    const last = list.pop()!;
    if (last !== unit) {
      list[this.#slot[unit]!] = last;
      this.#slot[last] = this.#slot[unit]!;
    }
    if (from >= 0) {
      this.#carry(left, from, -1);
      this.sides?.add(i, from, -1);
      this.#cost -= this.instance.pairs.cost[left]! + (list.length === 0 ? this.opening[from]! : 0);
    }
    const target = copy < 0 ? this.out : this.on[copy]!;
    if (copy >= 0) {
      this.#carry(pair, copy, 1);
      this.sides?.add(i, copy, 1);
      this.#cost += this.instance.pairs.cost[pair]! + (target.length === 0 ? this.opening[copy]! : 0);
    }
    this.#slot[unit] = target.push(unit) - 1;
    this.at[unit] = copy;
    this.pair[unit] = pair;
    const change = (copy < 0 ? 1 : 0) - (from < 0 ? 1 : 0);
    if (change === 0) return;
    this.outside.count(i, change);
    this.best.count(this.instance.tier[i]!, change);
  }

  /** Adds a pair's demand to what a node copy carries, or takes it away. */
  #carry(pair: number, copy: number, sign: number): void {
    const width = this.#width;
    const { row, demand } = this.instance.pairs;
    const r = row[pair]! * width;
    for (let k = 0; k < width; k++) this.#load[copy * width + k]! += sign * demand[r + k]!;
    const price = this.opening[copy]!;
    const before = this.#fullness[copy]!;
    const after = before + sign * this.#bulk(pair, copy);
    this.#fullness[copy] = after;
    if (price > 0) this.#reward += this.eagerness * price * (after * after - before * before);
  }

  /** Mean share of a node's limits that a pair takes. */
  #bulk(pair: number, copy: number): number {
    const width = this.#width;
    const { row, demand } = this.instance.pairs;
    const r = row[pair]! * width;
    let bulk = 0;
    for (let k = 0; k < width; k++) bulk += demand[r + k]! * this.#share[copy * width + k]!;
    return bulk;
  }
}
