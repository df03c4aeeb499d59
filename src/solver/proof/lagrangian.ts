import { Knapsack } from '../knapsack.ts';
import type { Domain } from './domain.ts';

/** Branches of one knapsack; cut short, it passes on its proven limit. */
const BRANCHES = 200_000;
/** Relative slack for the rounding of a knapsack's profits. */
const MARGIN = 1e-11;

/**
 * The Lagrangian of the assignment rows: at a dual for every unit, each node packs the units that are worth most to it,
 * exactly. Its best bound is that of Dantzig and Wolfe (Fisher, Jaikumar, Van Wassenhove 1986).
 */
export class Lagrangian {
  readonly domain: Domain;
  /** Units → nodes that pack them, of the last `price`. */
  readonly cover: Int32Array;
  /** Slots → 1 where the node packs the unit, of the last `price`. */
  readonly packed: Uint8Array;
  /** Nodes → proven limit of what their packing is worth. */
  readonly worth: Float64Array;
  readonly #weights: Float64Array; // nodes × resources, of the first surrogate
  readonly #knapsack: Knapsack;
  readonly #items: Int32Array; // slots in the knapsack
  readonly #turn: Int32Array; // slots → turn in the knapsack, −1 where left out
  readonly #saved: Float64Array; // room of a node

  /** `weights` (nodes × resources) are prices of the capacities, by which the knapsacks are guided. */
  constructor(domain: Domain, weights: Float64Array) {
    const { units, slots, nodes, width } = domain.problem;
    this.domain = domain;
    this.cover = new Int32Array(units);
    this.packed = new Uint8Array(slots);
    this.worth = new Float64Array(nodes);
    this.#weights = weights;
    this.#knapsack = new Knapsack(units, width);
    this.#items = new Int32Array(units);
    this.#turn = new Int32Array(slots);
    this.#saved = new Float64Array(width);
  }

  /** The bound at these duals (units): proven for everything the domain allows. */
  price(duals: Float64Array): number {
    const { problem, home, cost } = this.domain;
    this.cover.fill(0);
    let bound = cost;
    for (let unit = 0; unit < problem.units; unit++)
      if (home[unit]! < 0 && problem.unitStart[unit + 1]! > problem.unitStart[unit]!) bound += duals[unit]!;
    for (let j = 0; j < problem.nodes; j++) bound -= this.#pack(j, duals);
    return bound;
  }

  /** Packs node j anew, beginning from what its last packing is worth now. */
  #pack(j: number, duals: Float64Array): number {
    const { problem, room } = this.domain;
    const { nodeStart, unitOf, cost, width } = problem;
    const first = nodeStart[j]!;
    const end = nodeStart[j + 1]!;
    const knapsack = this.#knapsack;
    const items = this.#items;
    const many = this.#fill(j, duals, -1);
    let floor = 0;
    for (let slot = first; slot < end; slot++) {
      if (this.packed[slot] === 0) continue;
      if (this.#turn[slot]! < 0) this.packed[slot] = 0;
      else floor += duals[unitOf[slot]!]! - cost[slot]!;
    }
    if (!this.#stillFits(j)) {
      this.packed.fill(0, first, end);
      floor = 0;
    }
    const upper = many > 0 ? knapsack.solve(room, this.#weights, j * width, floor, BRANCHES) : 0;
    if (many > 0 && knapsack.value > floor) for (let n = 0; n < many; n++) this.packed[items[n]!] = knapsack.taken[n]!;
    for (let slot = first; slot < end; slot++) if (this.packed[slot] === 1) this.cover[unitOf[slot]!]!++;
    this.worth[j] = upper;
    return upper;
  }

  /** Whether the last packing of node j still fits what is left of it. */
  #stillFits(j: number): boolean {
    const { problem, room } = this.domain;
    const { nodeStart, demand, width } = problem;
    for (let k = 0; k < width; k++) {
      let load = 0;
      for (let slot = nodeStart[j]!; slot < nodeStart[j + 1]!; slot++)
        if (this.packed[slot] === 1) load += demand[slot * width + k]!;
      if (load > room[j * width + k]!) return false;
    }
    return true;
  }

  /**
   * Whether node j could earn more than `least` with the unit of one slot forced out, or forced in (then beside that
   * unit): a proven no, or maybe. `duals` are those priced last.
   */
  couldEarn(j: number, duals: Float64Array, slot: number, forcedIn: boolean, least: number): boolean {
    const { problem, room } = this.domain;
    const { demand, width } = problem;
    if (least < 0) return true;
    const many = this.#fill(j, duals, slot);
    this.#saved.set(room.subarray(j * width, (j + 1) * width));
    if (forcedIn) for (let k = 0; k < width; k++) room[j * width + k]! -= demand[slot * width + k]!;
    const upper = many > 0 ? this.#knapsack.solve(room, this.#weights, j * width, least, BRANCHES) : 0;
    room.set(this.#saved, j * width);
    return upper > least * (1 + MARGIN);
  }

  /** Makes ready for `limitBeside` at node j. */
  prepare(j: number, duals: Float64Array): void {
    this.#fill(j, duals, -1);
    this.#knapsack.prepare(this.domain.room, this.#weights, j * this.domain.problem.width);
  }

  /** A quick limit of what the node prepared earns with the unit of one slot forced out, or in (then beside that unit). */
  limitBeside(slot: number, forcedIn: boolean): number {
    return (
      this.#knapsack.limitBeside(
        this.#turn[slot]!,
        forcedIn ? this.domain.problem.demand : null,
        slot * this.domain.problem.width,
      ) *
      (1 + MARGIN)
    );
  }

  /** Puts the open units of node j that are worth something into the knapsack, but for one slot. Returns how many. */
  #fill(j: number, duals: Float64Array, except: number): number {
    const { problem, allowed, home } = this.domain;
    const { nodeStart, unitOf, cost, demand, width } = problem;
    const knapsack = this.#knapsack;
    let many = 0;
    knapsack.clear();
    for (let slot = nodeStart[j]!; slot < nodeStart[j + 1]!; slot++) {
      const unit = unitOf[slot]!;
      this.#turn[slot] = -1;
      if (slot === except || allowed[slot] === 0 || home[unit]! >= 0) continue;
      const profit = duals[unit]! - cost[slot]!;
      if (profit <= 0) continue;
      this.#items[many] = slot;
      this.#turn[slot] = many++;
      knapsack.add(profit, demand, slot * width, 1);
    }
    return many;
  }
}
