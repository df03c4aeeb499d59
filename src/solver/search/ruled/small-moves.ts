import type { Layout } from './layout.ts';
import type { Places } from './places.ts';
import type { Trial } from './trial.ts';

/** Units of a full node looked at in one move. */
const LOOKED_AT = 24;

/** Shifts of a unit to a place with room, and swaps with a unit of a full node; a unit that is out comes in by the same. */
export class SmallMoves {
  readonly #layout: Layout;
  readonly #places: Places;
  readonly #trial: Trial;
  readonly #next: () => number;
  /** Units and places looked at: the work done. */
  looked = 0;

  constructor(layout: Layout, places: Places, trial: Trial, next: () => number) {
    this.#layout = layout;
    this.#places = places;
    this.#trial = trial;
    this.#next = next;
  }

  /** Tries to move one unit, for less energy than `threshold`. Returns the energy of the shift it looked at; 0 when it looked at none. */
  try(threshold: number): number {
    const layout = this.#layout;
    this.looked += 2;
    const unit = Math.floor(this.#next() * layout.units);
    const places = this.#places.of(layout.task[unit]!);
    const { copy, pair } = places;
    const at = this.#places.draw(places);
    if (at < 0) return 0;
    const to = copy[at]!;
    if (to === layout.at[unit]) return 0;
    if (!layout.fits(pair[at]!, to)) {
      this.#swap(unit, pair[at]!, to, threshold);
      return 0;
    }
    const energy = layout.energyOf(pair[at]!, to) - layout.energyAt(unit);
    if (energy < threshold) {
      this.#trial.take(unit);
      if (this.#trial.place(unit, pair[at]!, to)) this.#trial.settle(threshold);
      else this.#trial.giveUp();
    }
    return energy;
  }

  /** Exchanges a unit with the one of a node for which that costs least. */
  #swap(unit: number, pair: number, to: number, threshold: number): void {
    const layout = this.#layout;
    const from = layout.at[unit]!;
    const there = layout.on[to]!;
    const many = Math.min(there.length, LOOKED_AT);
    const first = Math.floor(this.#next() * there.length);
    this.looked += many;
    let least = threshold;
    let partner = -1;
    let partnerPair = -1;
    for (let n = 0; n < many; n++) {
      const other = there[(first + n) % there.length]!;
      const gone = layout.pair[other]!;
      if (!layout.fits(pair, to, gone)) continue;
      let energy = layout.energyInstead(pair, to, gone);
      let back = -1;
      if (from < 0) energy += layout.energyOut(other) - layout.energyOut(unit);
      else {
        back = layout.pairOn(other, from);
        if (back < 0 || !layout.fits(back, from, layout.pair[unit]!)) continue;
        energy += layout.energyInstead(back, from, layout.pair[unit]!);
      }
      if (energy >= least) continue;
      least = energy;
      partner = other;
      partnerPair = back;
    }
    if (partner < 0) return;
    const trial = this.#trial;
    trial.take(partner);
    if (from >= 0) trial.take(unit);
    const placed = trial.place(unit, pair, to) && (from < 0 || trial.place(partner, partnerPair, from));
    if (placed) trial.settle(threshold);
    else trial.giveUp();
  }
}
