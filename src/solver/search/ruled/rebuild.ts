import type { GroupRules } from '../../../model/side-rules.ts';
import type { Layout } from './layout.ts';
import type { Places } from './places.ts';
import type { Trial } from './trial.ts';

/** Units taken out by one move, at most, but for whole groups. */
const MOST_TAKEN = 16;
/** Places of a unit looked at one by one; of more, so many are drawn, the better ones more often. */
const ALL_PLACES = 160;
const DRAWN_PLACES = 96;
/** Chance that a place is passed over, lest the same units always go to the same places (Christiaens, Vanden Berghe 2020). */
const BLINK = 0.02;
/** Units that are out which a move tries to let in, at most. */
const LET_IN = 4;

/**
 * Ruin and recreate (Schrimpf and others 2000): takes all units from a few nodes, some of a group or a few from anywhere,
 * and places them anew one by one where that adds least energy. Closing a node, opening another, moving a group that stays
 * together, placing a gang or giving it up are all moves of this kind.
 */
export class Rebuild {
  readonly #layout: Layout;
  readonly #places: Places;
  readonly #trial: Trial;
  readonly #next: () => number;
  readonly #groups: readonly GroupRules[];
  readonly #firstUnit: Int32Array; // tasks + 1
  #pool: number[] = []; // units that are out and want a place
  #closed = -1; // node copy that takes nothing in this move
  #opened = -1; // node copy that costs nothing to open in this move
  /** Places looked at: the work done. */
  looked = 0;

  constructor(layout: Layout, places: Places, trial: Trial, next: () => number) {
    const { instance } = layout;
    this.#layout = layout;
    this.#places = places;
    this.#trial = trial;
    this.#next = next;
    this.#groups = instance.rules?.groups ?? [];
    this.#firstUnit = new Int32Array(instance.tasks + 1);
    for (let i = 0; i < instance.tasks; i++) this.#firstUnit[i + 1] = this.#firstUnit[i]! + instance.count[i]!;
  }

  /** Makes one move, kept if it adds less energy than `threshold`. */
  try(threshold: number): void {
    const layout = this.#layout;
    const draw = this.#next();
    this.#pool = [];
    this.#closed = -1;
    this.#opened = -1;
    this.looked += 10;
    const settled: number[] = [];
    if (this.#groups.length > 0 && draw < 0.3) this.#takeGroups(settled);
    else if (draw < 0.8) this.#takeNodes();
    else this.#takeAnywhere();
    if (layout.out.length > this.#pool.length) this.#letIn();
    if (this.#pool.length === 0) {
      this.#trial.giveUp();
      return;
    }
    this.#recreate();
    for (const g of settled) layout.sides!.settle(g, -1);
    this.#trial.settle(threshold);
  }

  #below(n: number): number {
    return Math.floor(this.#next() * n);
  }

  #take(unit: number): void {
    this.#trial.take(unit);
    this.#pool.push(unit);
  }

  /** A node copy where a unit might be, the better ones more often; −1: none. */
  #placeFor(unit: number): number {
    const places = this.#places.of(this.#layout.task[unit]!);
    return places.copy[this.#places.draw(places)] ?? -1;
  }

  /** Empties a node, which may have to stay closed, and some or all of a few others; may offer a closed node for free. */
  #takeNodes(): void {
    const layout = this.#layout;
    const seed = this.#below(layout.units);
    const first = layout.at[seed]! < 0 ? this.#placeFor(seed) : layout.at[seed]!;
    if (first < 0) return;
    if (layout.at[seed]! < 0) this.#pool.push(seed);
    this.#empty(first, MOST_TAKEN);
    const costly = layout.opening[first]! > 0;
    if (this.#next() < (costly ? 0.5 : 0.1)) this.#closed = first;
    const more = this.#below(4);
    for (let n = 0; n < more && this.#pool.length < MOST_TAKEN; n++) {
      const near = this.#placeFor(this.#pool[this.#below(this.#pool.length)] ?? seed);
      const node = this.#next() < 0.5 && near >= 0 ? near : layout.at[this.#below(layout.units)]!;
      if (node < 0) continue;
      if (layout.on[node]!.length === 0) {
        if (layout.opening[node]! > 0) this.#opened = node;
        continue;
      }
      this.#empty(node, this.#next() < 0.5 ? 1 + this.#below(3) : MOST_TAKEN);
    }
  }

  /** Takes units from a node, at random where not all. */
  #empty(node: number, most: number): void {
    const there = this.#layout.on[node]!;
    for (let n = 0; n < most && there.length > 0 && this.#pool.length < MOST_TAKEN; n++)
      this.#take(there[this.#below(there.length)]!);
  }

  /** Takes a few units from anywhere, and may offer a closed node for free. */
  #takeAnywhere(): void {
    const layout = this.#layout;
    const many = 2 + this.#below(8);
    for (let n = 0; n < many; n++) {
      const unit = this.#below(layout.units);
      if (layout.at[unit]! >= 0) this.#take(unit);
    }
    if (this.#pool.length === 0 || this.#next() < 0.5) return;
    const node = this.#placeFor(this.#pool[0]!);
    if (node >= 0 && layout.on[node]!.length === 0) this.#opened = node;
  }

  /** Takes units of one or two groups. One that stays together is taken whole, and may have to go to another value. */
  #takeGroups(settled: number[]): void {
    const many = 1 + this.#below(2);
    for (let n = 0; n < many; n++) {
      const g = this.#below(this.#groups.length);
      const { members, together, copies, gang } = this.#groups[g]!;
      const whole = together !== null || (gang > 1 && this.#next() < 0.5) || this.#next() < 0.2;
      if (settled.includes(g)) continue;
      const share = whole ? 1 : Math.min(1, (2 + this.#below(5)) / copies);
      for (const i of members)
        for (let unit = this.#firstUnit[i]!; unit < this.#firstUnit[i + 1]!; unit++)
          if (this.#layout.at[unit]! >= 0 && (share === 1 || this.#next() < share)) this.#take(unit);
      if (!together || this.#next() < 0.4) continue;
      const member = members[this.#below(members.length)]!;
      const node = this.#placeFor(this.#firstUnit[member]!);
      if (node < 0) continue;
      this.#layout.sides!.settle(g, together.of[this.#layout.instance.nodes.classOf[node]!]!);
      settled.push(g);
      // room for the group on the node that it is drawn to
      if (this.#next() < 0.5) this.#empty(node, 1 + this.#below(4));
    }
  }

  /** Adds some units that are out to the pool, of a gang all. */
  #letIn(): void {
    const { out, task, instance } = this.#layout;
    const pooled = new Set(this.#pool);
    const many = 1 + this.#below(LET_IN);
    for (let n = 0; n < many; n++) {
      const unit = out[this.#below(out.length)]!;
      const g = instance.rules?.groupOf[task[unit]!] ?? -1;
      if (g < 0 || this.#groups[g]!.gang <= 1) {
        pooled.add(unit);
        continue;
      }
      for (const i of this.#groups[g]!.members)
        for (let u = this.#firstUnit[i]!; u < this.#firstUnit[i + 1]!; u++) if (this.#layout.at[u]! < 0) pooled.add(u);
    }
    this.#pool = [...pooled];
  }

  /** Places the pool, in an order drawn by lot; a gang at once, and not at all if it does not become whole. */
  #recreate(): void {
    const { task, instance, outside } = this.#layout;
    const order = this.#next();
    const key = new Map<number, number>();
    for (const unit of this.#pool) {
      const lot = this.#next();
      key.set(unit, order < 0.5 ? -outside.bulk[task[unit]!]! * (0.7 + 0.6 * lot) : lot);
    }
    const byTier = this.#next() < 0.8;
    const tier = (unit: number) => (byTier ? instance.tier[task[unit]!]! : 0);
    this.#pool.sort((a, b) => tier(a) - tier(b) || key.get(a)! - key.get(b)! || a - b);
    const gangOf = (unit: number) => {
      const g = instance.rules?.groupOf[task[unit]!] ?? -1;
      return g >= 0 && this.#groups[g]!.gang > 1 ? g : -1;
    };
    const done = new Set<number>(); // gangs
    for (const unit of this.#pool) {
      const g = gangOf(unit);
      if (g < 0) this.#insert(unit);
      else if (!done.has(g)) {
        done.add(g);
        for (const other of this.#pool) if (gangOf(other) === g) this.#insert(other);
        this.#giveUpBroken(g);
      }
    }
  }

  /** Takes all of a gang out that is not whole. */
  #giveUpBroken(g: number): void {
    const { sides, at } = this.#layout;
    const { gang, members } = this.#groups[g]!;
    const placed = sides!.placed(g);
    if (placed === 0 || placed >= gang) return;
    for (const i of members)
      for (let unit = this.#firstUnit[i]!; unit < this.#firstUnit[i + 1]!; unit++)
        if (at[unit]! >= 0) this.#trial.take(unit);
  }

  /** Puts a unit where it adds least energy, if there is room, and less than it would outside. */
  #insert(unit: number): void {
    const layout = this.#layout;
    const places = this.#places.of(layout.task[unit]!);
    const { copy, pair } = places;
    const all = copy.length <= ALL_PLACES;
    const many = all ? copy.length : DRAWN_PLACES;
    let least = layout.energyOut(unit);
    let best = -1;
    this.looked += many;
    for (let n = 0; n < many; n++) {
      if (all && this.#next() < BLINK) continue;
      const at = all ? n : this.#places.draw(places);
      const to = copy[at]!;
      if (to === this.#closed || !layout.fits(pair[at]!, to)) continue;
      const energy = layout.energyOf(pair[at]!, to, to === this.#opened);
      if (energy >= least || !layout.allows(unit, to)) continue;
      least = energy;
      best = at;
    }
    if (best >= 0) this.#trial.place(unit, pair[best]!, copy[best]!);
  }
}
