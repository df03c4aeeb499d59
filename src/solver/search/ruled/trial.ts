import type { SideRules } from '../../../model/side-rules.ts';
import type { Layout } from './layout.ts';

/**
 * A move in the making: units are taken from their nodes and placed where nodes and rules have room. What rules ask of a
 * group as a whole (a gang whole, a spread level) is looked at in the end.
 */
export class Trial {
  readonly #layout: Layout;
  readonly #rules: SideRules | null;
  readonly #touched: number[] = []; // groups
  readonly #isTouched: Uint8Array; // groups → 1 when among them

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#rules = layout.instance.rules;
    this.#isTouched = new Uint8Array(this.#rules?.groups.length ?? 0);
  }

  /** Takes a unit from its node. */
  take(unit: number): void {
    this.#touch(unit);
    this.#layout.shift(unit, -1, -1);
  }

  /** Puts a unit that is out on a node copy with room for its pair, if the rules let it. */
  place(unit: number, pair: number, copy: number): boolean {
    if (!this.#layout.allows(unit, copy)) return false;
    this.#touch(unit);
    this.#layout.shift(unit, pair, copy);
    return true;
  }

  /** Keeps the move if every group that it touched holds and it adds less energy than `threshold`; takes it back otherwise. */
  settle(threshold: number): boolean {
    const layout = this.#layout;
    const kept = layout.added < threshold && this.#touched.every((g) => layout.sides!.levelHolds(g));
    if (kept) layout.accept();
    else layout.reject();
    this.#forget();
    return kept;
  }

  /** Takes the move back. */
  giveUp(): void {
    this.#layout.reject();
    this.#forget();
  }

  /** Groups that the move has touched. */
  get touched(): readonly number[] {
    return this.#touched;
  }

  #touch(unit: number): void {
    const g = this.#rules?.groupOf[this.#layout.task[unit]!] ?? -1;
    if (g < 0 || this.#isTouched[g] === 1) return;
    this.#isTouched[g] = 1;
    this.#touched.push(g);
  }

  #forget(): void {
    for (const g of this.#touched) this.#isTouched[g] = 0;
    this.#touched.length = 0;
  }
}
