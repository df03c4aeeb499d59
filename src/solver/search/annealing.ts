import { type Assignment, scoreOf } from '../../model/assignment.ts';
import { type Instance, pairAt } from '../../model/instance.ts';
import { random } from '../../model/random.ts';
import { bestPairs, type Candidates } from '../candidates.ts';
import { assignmentAt, placesOf, Units } from './units.ts';

/** Best pairs of each task that moves aim at. */
const CANDIDATES = 20;
/** Moves between two looks at overloads and at the incumbent. */
const STRIDE = 2000;
/** First and last temperature, as shares of the mean regret. */
const HOTTEST = 0.5;
const COLDEST = 0.01;
/** Growth of an overloaded node's weight at each look, decay of the others'. */
const GROWTH = 1.5;
const DECAY = 0.97;
/** Least temperature scale, as a share of the mean cost: where all nodes cost the same there is no regret. */
const LEAST_SCALE = 0.02;
/** Looks in a row that find overloads before the search goes back to the best assignment and allows none from then on. */
const STUCK = 60;
/** Weight that no gain outweighs, as a multiple of the whole cost. */
const FORBIDDING = 1e12;
/** Relative gain for which a better assignment is kept. */
const LEAST_GAIN = 1e-7;
/** Units on a full node that an ejection may be tried for. */
const EJECTED_TO = 6;

/**
 * Simulated annealing of an integral assignment (Kirkpatrick, Gelatt, Vecchi 1983) in which nodes may be overloaded for a
 * price that grows while they are. A move shifts a unit to one of its best nodes by reduced cost; where that is full, it
 * swaps with the best unit there or ejects one to a third node. Unplaced copies trade places with placed ones of their tier.
 */
export class Annealing {
  #units: Units;
  readonly #instance: Instance;
  readonly #next: () => number;
  readonly #candidates: Candidates;
  readonly #weight: Float64Array; // copies → price of an overload of all its capacity
  readonly #over: Float64Array; // copies → Σ_k overload as a share of what is free
  readonly #share: Float64Array; // classes × resources → 1 / limit
  readonly #leastWeight: number;
  readonly #scale: number; // mean regret
  #cost: number;
  #overloaded = 0; // copies with an overload
  #crowdedLooks = 0; // looks in a row that found some
  #strict = false; // no overloads any more
  #best: Int32Array; // units → place, in the best feasible assignment
  #bestCost: number;

  constructor(instance: Instance, start: Assignment, prices: Float64Array, seed: number) {
    this.#instance = instance;
    this.#units = new Units(instance, start);
    this.#next = random(seed);
    this.#best = placesOf(instance, start);
    this.#bestCost = this.#cost = scoreOf(instance, start).cost;
    this.#share = Float64Array.from(instance.limit, (limit) => (limit > 0 ? 1 / limit : 0));
    this.#over = new Float64Array(instance.nodes.copies);
    this.#candidates = bestPairs(instance, instance.pairs.cost, prices, CANDIDATES);
    this.#scale = Math.max(
      meanRegret(this.#candidates),
      LEAST_SCALE * (this.#bestCost / Math.max(1, start.placements.length)),
    );
    this.#leastWeight = Math.max(1e-300, (2 * this.#bestCost) / Math.max(1, instance.nodes.copies));
    this.#weight = new Float64Array(instance.nodes.copies).fill(this.#leastWeight);
  }

  /** The best feasible assignment so far: units → place. */
  get best(): Int32Array {
    return this.#best;
  }

  get bestCost(): number {
    return this.#bestCost;
  }

  /** Makes STRIDE moves at the temperature of `progress`, 0 at the start of the schedule and 1 at its end. */
  stride(progress: number): void {
    const temperature = this.#scale * HOTTEST * (COLDEST / HOTTEST) ** Math.min(1, progress);
    const { at } = this.#units;
    for (let move = 0; move < STRIDE; move++) {
      const unit = Math.floor(this.#next() * at.length);
      const threshold = -temperature * Math.log(this.#next() + 1e-300); // accept what costs less than this
      if (at[unit]! < 0) this.#trade(unit, threshold);
      else this.#move(unit, threshold);
      if (this.#overloaded === 0 && this.#cost < this.#bestCost * (1 - LEAST_GAIN)) this.#record();
    }
    this.#reweigh();
  }

  #record(): void {
    this.#best = this.#units.at.slice();
    this.#bestCost = this.#cost;
  }

  /** Aims a random candidate pair and node copy for a task, better ones more often; −1 when it has none but `from`. */
  #aim(task: number, from: number): number {
    const { start, pair } = this.#candidates;
    const choices = start[task + 1]! - start[task]!;
    const draw = this.#next();
    if (choices === 0) return -1;
    const p = pair[start[task]! + Math.floor(choices * draw * draw)]!;
    const { nodes, pairs } = this.#instance;
    const q = pairs.node[p]!;
    const first = nodes.memberStart[q]!;
    const many = nodes.memberStart[q + 1]! - first;
    const copy = nodes.member[many === 1 ? first : first + Math.floor(this.#next() * many)]!;
    if (copy === from) return -1;
    this.#aimed = copy;
    return p;
  }
  #aimed = -1;

  #move(unit: number, threshold: number): void {
    const { pairs } = this.#instance;
    const units = this.#units;
    const from = units.at[unit]!;
    const p = this.#aim(units.task[unit]!, from);
    if (p < 0) return;
    const to = this.#aimed;
    const here = units.pair[unit]!;
    const step = pairs.cost[p]! - pairs.cost[here]!;
    const relief = this.#weight[from]! * (this.#overWith(from, -1, here) - this.#over[from]!);

    // shift
    const crowded = this.#overWith(to, p, -1);
    const strain = this.#weight[to]! * (crowded - this.#over[to]!);
    if (step + relief + strain < threshold) {
      this.#put(unit, p, to);
      return;
    }
    if (crowded === 0) return;

    // swap with the best unit there
    let least = threshold;
    let partner = -1;
    let partnerPair = -1;
    for (const other of units.on[to]!) {
      const there = units.pair[other]!;
      const back = pairAt(units.instance, units.task[other]!, from);
      if (back < 0) continue;
      let delta = step + pairs.cost[back]! - pairs.cost[there]!;
      if (delta >= least) continue;
      delta += this.#weight[to]! * (this.#overWith(to, p, there) - this.#over[to]!);
      if (delta >= least) continue;
      delta += this.#weight[from]! * (this.#overWith(from, back, here) - this.#over[from]!);
      if (delta >= least) continue;
      least = delta;
      partner = other;
      partnerPair = back;
    }
    if (partner >= 0) {
      this.#put(partner, partnerPair, from);
      this.#put(unit, p, to);
      return;
    }
    this.#eject(unit, p, to, step + relief, threshold);
  }

  /** Moves a unit to a full node and some unit there on to a third. */
  #eject(unit: number, p: number, to: number, step: number, threshold: number): void {
    const { pairs, nodes } = this.#instance;
    const units = this.#units;
    const there = units.on[to]!;
    const other = there[Math.floor(this.#next() * there.length)];
    if (other === undefined) return;
    const leaving = units.pair[other]!;
    const base = step + this.#weight[to]! * (this.#overWith(to, p, leaving) - this.#over[to]!) - pairs.cost[leaving]!;
    if (base >= threshold) return;
    const from = units.at[unit]!;
    const task = units.task[other]!;
    let least = threshold;
    let third = -1;
    let thirdPair = -1;
    const { start, pair: candidate } = this.#candidates;
    const end = Math.min(start[task + 1]!, start[task]! + EJECTED_TO);
    for (let c = start[task]!; c < end; c++) {
      const pair = candidate[c]!;
      if (base + pairs.cost[pair]! >= least) continue;
      const q = pairs.node[pair]!;
      const first = nodes.memberStart[q]!;
      const many = nodes.memberStart[q + 1]! - first;
      const copy = nodes.member[many === 1 ? first : first + Math.floor(this.#next() * many)]!;
      if (copy === to || copy === from) continue;
      const delta =
        base + pairs.cost[pair]! + this.#weight[copy]! * (this.#overWith(copy, pair, -1) - this.#over[copy]!);
      if (delta < least) {
        least = delta;
        third = copy;
        thirdPair = pair;
      }
    }
    if (third < 0) return;
    this.#put(other, thirdPair, third);
    this.#put(unit, p, to);
  }

  /** An unplaced unit takes the place of a placed one of its tier. */
  #trade(unit: number, threshold: number): void {
    const { pairs, tier } = this.#instance;
    const units = this.#units;
    const task = units.task[unit]!;
    const p = this.#aim(task, -1);
    if (p < 0) return;
    const to = this.#aimed;
    let least = threshold;
    let partner = -1;
    for (const other of units.on[to]!) {
      if (tier[units.task[other]!] !== tier[task]) continue;
      const there = units.pair[other]!;
      let delta = pairs.cost[p]! - pairs.cost[there]!;
      if (delta >= least) continue;
      delta += this.#weight[to]! * (this.#overWith(to, p, there) - this.#over[to]!);
      if (delta >= least) continue;
      least = delta;
      partner = other;
    }
    if (partner < 0) return;
    this.#put(partner, -1, -1);
    this.#put(unit, p, to);
  }

  #put(unit: number, pair: number, copy: number): void {
    const units = this.#units;
    const { cost } = this.#instance.pairs;
    const from = units.at[unit]!;
    if (from >= 0) this.#cost -= cost[units.pair[unit]!]!;
    if (copy >= 0) this.#cost += cost[pair]!;
    units.move(unit, pair, copy);
    if (from >= 0) this.#measure(from);
    if (copy >= 0) this.#measure(copy);
  }

  #measure(copy: number): void {
    const before = this.#over[copy]!;
    const over = this.#overWith(copy, -1, -1);
    this.#over[copy] = over;
    if (before > 0) this.#overloaded--;
    if (over > 0) this.#overloaded++;
  }

  /** The overload of a node copy with one pair more and one less (−1: none). */
  #overWith(copy: number, more: number, less: number): number {
    const { pairs, width, limit, nodes } = this.#instance;
    const loads = this.#units.loads;
    const q = nodes.classOf[copy]! * width;
    const plus = more < 0 ? -1 : pairs.row[more]! * width;
    const minus = less < 0 ? -1 : pairs.row[less]! * width;
    let over = 0;
    for (let k = 0; k < width; k++) {
      let load = loads[copy * width + k]!;
      if (plus >= 0) load += pairs.demand[plus + k]!;
      if (minus >= 0) load -= pairs.demand[minus + k]!;
      const excess = load - limit[q + k]!;
      if (excess > 0) over += excess * (this.#share[q + k]! || 1);
    }
    return over;
  }

  /** Makes overloads dearer where they are, cheaper where they are not; gives them up where they stay. */
  #reweigh(): void {
    if (this.#strict) return;
    for (let copy = 0; copy < this.#weight.length; copy++) {
      if (this.#over[copy]! > 0) this.#weight[copy]! *= GROWTH;
      else this.#weight[copy] = Math.max(this.#leastWeight, this.#weight[copy]! * DECAY);
    }
    this.#crowdedLooks = this.#overloaded > 0 ? this.#crowdedLooks + 1 : 0;
    if (this.#crowdedLooks > STUCK) this.#forbidOverloads();
  }

  #forbidOverloads(): void {
    this.#strict = true;
    this.#units = new Units(this.#instance, assignmentAt(this.#instance, this.#best));
    this.#cost = this.#bestCost;
    this.#over.fill(0);
    this.#overloaded = 0;
    this.#weight.fill(FORBIDDING * (this.#bestCost + this.#leastWeight));
  }
}

/** The mean of what a task's third best pair costs more than its best. */
function meanRegret({ start, reduced }: Candidates): number {
  let sum = 0;
  let counted = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    const many = start[i + 1]! - start[i]!;
    if (many < 2) continue;
    sum += reduced[start[i]! + Math.min(2, many - 1)]! - reduced[start[i]!]!;
    counted++;
  }
  return counted > 0 ? sum / counted : 0;
}
