import type { Assignment } from '../../../model/assignment.ts';
import { hasPairs } from '../../../model/dual.ts';
import type { Instance } from '../../../model/instance.ts';
import { placesOf } from '../units.ts';

/** Relative gain for which a better layout is kept. */
const LEAST_GAIN = 1e-9;

/** The best layout seen, and in what the one in motion is different. */
export class BestLayout {
  readonly at: Int32Array; // units → node copy, −1: out
  cost = 0;
  kept = 0; // times that a better one was kept
  readonly #behind: Int32Array; // tiers → units that are out beyond those in the best
  readonly #moved: number[] = []; // units moved since the best was kept
  readonly #isMoved: Uint8Array; // units → 1 when among them

  constructor(instance: Instance, start: Assignment) {
    this.at = placesOf(instance, start);
    this.#behind = new Int32Array(instance.tiers.length);
    this.#isMoved = new Uint8Array(this.at.length);
  }

  /** Takes note of a unit of the one in motion that has gone out (1) or come in (−1). */
  count(tier: number, change: number): void {
    this.#behind[tier]! += change;
  }

  /** Takes note of a unit that a move has moved for good. */
  moved(unit: number): void {
    if (this.#isMoved[unit] === 1) return;
    this.#isMoved[unit] = 1;
    this.#moved.push(unit);
  }

  /** Whether the one in motion, which has this cost, is better: fewer units out, tier by tier, or less cost. */
  isBeatenBy(cost: number): boolean {
    for (const behind of this.#behind) if (behind !== 0) return behind < 0;
    return cost < this.cost - LEAST_GAIN * Math.abs(this.cost);
  }

  /** Keeps the one in motion, units → node copy. */
  keep(at: Int32Array, cost: number): void {
    for (const unit of this.#moved) this.at[unit] = at[unit]!;
    this.cost = cost;
    this.kept++;
    this.reached();
  }

  /** The one in motion is the best. */
  reached(): void {
    for (const unit of this.#moved) this.#isMoved[unit] = 0;
    this.#moved.length = 0;
    this.#behind.fill(0);
  }

  /** Whether all units (→ task) are placed that may run somewhere, how many are, and nodes that hold some. */
  opened(instance: Instance, task: Int32Array): { whole: boolean; placed: number; nodes: number } {
    const used = new Set<number>();
    let whole = true;
    let placed = 0;
    this.at.forEach((copy, unit) => {
      if (copy < 0) whole &&= !hasPairs(instance, task[unit]!);
      else {
        placed++;
        used.add(copy);
      }
    });
    return { whole, placed, nodes: used.size };
  }
}
