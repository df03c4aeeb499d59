import { type Assignment, dustOf, type Placement } from '../../model/assignment.ts';
import { type Instance, nodeName } from '../../model/instance.ts';
import { addLoad, type Loads } from '../../model/loads.ts';
import { type Barrier, type SideState, sideStateOf } from '../../model/side-state.ts';

/** Share of a node's free amount that is nothing in a divisible window. */
const NOTHING = 1e-6;

/** What one node copy holds, and how one more copy of a task would stand beside it: the facts that explanations are made of. */
export class Beside {
  readonly instance: Instance;
  readonly loads: Loads;
  readonly sides: SideState | null;
  readonly #placements: readonly Placement[];
  readonly #start: Int32Array; // node copies + 1
  readonly #held: Int32Array; // placements by node copy
  readonly #ceiling: Float64Array; // classes × resources: loads from which on nothing more has room
  readonly #later: Loads[] = []; // tiers → loads of the copies of that tier and later ones

  constructor(instance: Instance, { placements }: Assignment, loads: Loads) {
    this.instance = instance;
    this.loads = loads;
    this.sides = sideStateOf(instance, placements);
    this.#ceiling = instance.divisible ? instance.free.map((free) => (1 - NOTHING) * free) : instance.limit;
    this.#placements = placements;
    this.#start = new Int32Array(instance.nodes.copies + 1);
    for (const { copy } of placements) this.#start[copy + 1]!++;
    for (let copy = 0; copy < instance.nodes.copies; copy++) this.#start[copy + 1]! += this.#start[copy]!;
    const next = this.#start.slice();
    this.#held = new Int32Array(placements.length);
    placements.forEach(({ copy }, at) => {
      this.#held[next[copy]!++] = at;
    });
  }

  /** What a node copy holds. */
  on(copy: number): Placement[] {
    return Array.from(this.#held.subarray(this.#start[copy]!, this.#start[copy + 1]!), (at) => this.#placements[at]!);
  }

  /** Adds the copies of tiers before `tier` that a node copy holds to `sums` (tiers); whether there are any. */
  addEarlier(copy: number, tier: number, sums: Float64Array): boolean {
    const tiers = this.instance.tier;
    let some = false;
    for (let at = this.#start[copy]!; at < this.#start[copy + 1]!; at++) {
      const { task, amount } = this.#placements[this.#held[at]!]!;
      if (tiers[task]! >= tier) continue;
      sums[tiers[task]!]! += amount;
      some = true;
    }
    return some;
  }

  /** The least of a task that counts as placed: a copy, or in a divisible window the least share that is more than dust. */
  least(i: number): number {
    return this.instance.divisible ? dustOf(this.instance, i) : 1;
  }

  /** Whether a node copy, carrying `loads`, has room for one copy of a pair's task; in a divisible window for any share of one. */
  fits(pair: number, copy: number, loads: Loads = this.loads): boolean {
    const { pairs, nodes, width, divisible } = this.instance;
    const { demand } = pairs;
    const row = pairs.row[pair]! * width;
    const top = nodes.classOf[copy]! * width;
    const bottom = copy * width;
    for (let k = 0; k < width; k++) {
      const required = demand[row + k]!;
      if (required === 0) continue;
      const load = loads[bottom + k]!;
      if (divisible ? load >= this.#ceiling[top + k]! : load + required > this.#ceiling[top + k]!) return false;
    }
    return true;
  }

  /** Whether any side rule speaks of a task. */
  isRuled(i: number): boolean {
    const { rules } = this.instance;
    return rules !== null && (rules.groupOf[i]! >= 0 || rules.home[i]! >= 0);
  }

  /** Side rules that more of a task, by default the least that counts, would break on a node copy. */
  barriers(i: number, copy: number, amount = this.least(i)): Barrier[] {
    return this.sides?.barriers(i, copy, amount) ?? [];
  }

  /** Whether one copy would find room on a node copy if what earlier tiers have there were not there; gangs aside. */
  fitsWithoutEarlier(i: number, pair: number, copy: number): boolean {
    const tier = this.instance.tier[i]!;
    if (!this.fits(pair, copy, this.#loadsFrom(tier))) return false;
    if (!this.isRuled(i)) return true;
    const earlier = this.on(copy).filter(({ task }) => this.instance.tier[task]! < tier);
    const taken = this.without(earlier, () => this.barriers(i, copy));
    return taken.every(({ code }) => code === 'group:gang');
  }

  /** What is true while some of what is placed is away; of side rules only. */
  without<T>(some: readonly Pick<Placement, 'task' | 'copy' | 'amount'>[], look: () => T): T {
    for (const { task, copy, amount } of some) this.sides?.add(task, copy, -amount);
    const seen = look();
    for (const { task, copy, amount } of some) this.sides?.add(task, copy, amount);
    return seen;
  }

  /** Whether the moves are no more than the window allows once another copy of a task is put on a node copy. */
  movesHoldWith(task: number, copy: number): boolean {
    return this.without([{ task, copy, amount: -1 }], () => this.sides?.movesHold ?? true);
  }

  nameOf(copy: number): string {
    return nodeName(this.instance, copy);
  }

  #loadsFrom(tier: number): Loads {
    const known = this.#later[tier];
    if (known) return known;
    const { instance } = this;
    const loads = new Float64Array(this.loads.length);
    for (const { task, pair, copy, amount } of this.#placements)
      if (instance.tier[task]! >= tier) addLoad(instance, loads, pair, copy, amount);
    this.#later[tier] = loads;
    return loads;
  }
}
