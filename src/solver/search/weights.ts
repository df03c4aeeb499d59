import type { Packing } from './packing.ts';

/** Growth of the weight of an overloaded resource at each look, decay of the others'. */
const GROWTH = 1.5;
const DECAY = 0.97;
/** Least price of an overload of all that a node has, as a multiple of the mean cost of a node's units. */
const LEAST = 5;

/**
 * What overloads cost, node by node and resource by resource: the more the longer they last (the breakout of Morris, 1993),
 * less again once they are gone.
 */
export class Weights {
  readonly #packing: Packing;
  readonly #least: Float64Array; // node copies × resources

  constructor(packing: Packing) {
    const { instance, typicalCost, units, limit } = packing;
    this.#packing = packing;
    const worth = (LEAST * typicalCost * units) / Math.max(1, instance.nodes.copies);
    this.#least = limit.map((value) => (value > 0 ? worth / value : 0));
    packing.weight.set(this.#least);
  }

  /** Makes overloads dearer where they are, cheaper where they are not. */
  adapt(): void {
    const { weight, load, limit } = this.#packing;
    const least = this.#least;
    for (let at = 0; at < weight.length; at++) {
      const w = weight[at]!; // Infinity where overloads are forbidden stays so
      if (load[at]! > limit[at]!) weight[at] = w * GROWTH;
      else if (w > least[at]!) weight[at] = Math.max(least[at]!, w * DECAY);
    }
    this.#packing.refresh();
  }

  /** Allows no overloads from now on. The packing must have none. */
  forbid(): void {
    this.#packing.weight.fill(Number.POSITIVE_INFINITY);
    this.#packing.refresh();
  }
}
