import type { Instance } from '../../model/instance.ts';

/** Node classes that cost something to open: their capacity is worth only what its prices pay beyond that cost. */
export interface Openings {
  readonly at: Int32Array; // → class or kind, whose prices hold there
  readonly size: Float64Array; // → nodes
  readonly cost: Float64Array; // → cost of opening one of them, > 0
  readonly free: Float64Array; // × resources: capacity of one of them
}

/** The node classes of an instance that cost something to open; null: none. */
export function openingsOf({ opening, free, size, width }: Instance): Openings | null {
  if (!opening) return null;
  const at = Int32Array.from(opening.keys()).filter((q) => opening[q]! > 0);
  const room = new Float64Array(at.length * width);
  at.forEach((q, n) => {
    room.set(free.subarray(q * width, (q + 1) * width), n * width);
  });
  return {
    at,
    size: Float64Array.from(at, (q) => size[q]!),
    cost: Float64Array.from(at, (q) => opening[q]!),
    free: room,
  };
}

/**
 * What classes that cost something to open take from the dual function, smoothed:
 *
 *     −Σ_q size_q · T ln(1 + exp((Σ_k λ_qk free_qk − opening_q) / T))          (temperature T)
 *
 * at most T · ln 2 of each node below −size_q · max(0, Σ_k λ_qk free_qk − opening_q), and concave; of rank one in the
 * prices of each class.
 */
export class SmoothedOpenings {
  readonly #openings: Openings;
  readonly #width: number;
  readonly #bend: Float64Array; // classes → size · second derivative by the net worth, at the last `expand`

  constructor(openings: Openings, width: number) {
    this.#openings = openings;
    this.#width = width;
    this.#bend = new Float64Array(openings.at.length);
  }

  /** The value at these prices and temperature. */
  value(prices: Float64Array, temperature: number): number {
    const { size } = this.#openings;
    let value = 0;
    for (let n = 0; n < size.length; n++) {
      const net = this.#net(n, prices) / temperature;
      value -= size[n]! * temperature * (Math.max(0, net) + Math.log1p(Math.exp(-Math.abs(net))));
    }
    return value;
  }

  /** The value; adds its gradient, and the diagonal of its negative Hessian. */
  expand(prices: Float64Array, temperature: number, gradient: Float64Array, diagonal: Float64Array): number {
    const { at, size, free } = this.#openings;
    const width = this.#width;
    for (let n = 0; n < size.length; n++) {
      const open = 1 / (1 + Math.exp(-this.#net(n, prices) / temperature)); // share of its nodes
      this.#bend[n] = (size[n]! * open * (1 - open)) / temperature;
      for (let k = 0; k < width; k++) {
        const room = free[n * width + k]!;
        gradient[at[n]! * width + k]! -= size[n]! * open * room;
        diagonal[at[n]! * width + k]! += this.#bend[n]! * room * room;
      }
    }
    return this.value(prices, temperature);
  }

  /** Adds the negative Hessian of the last `expand` times a vector to `product`. */
  curve(vector: Float64Array, product: Float64Array): void {
    const { at, free } = this.#openings;
    const width = this.#width;
    for (let n = 0; n < at.length; n++) {
      let change = 0;
      for (let k = 0; k < width; k++) change += free[n * width + k]! * vector[at[n]! * width + k]!;
      const shift = this.#bend[n]! * change;
      for (let k = 0; k < width; k++) product[at[n]! * width + k]! += shift * free[n * width + k]!;
    }
  }

  /** What a node's capacity is worth beyond the cost of opening it. */
  #net(n: number, prices: Float64Array): number {
    const { at, cost, free } = this.#openings;
    let net = -cost[n]!;
    for (let k = 0; k < this.#width; k++) net += prices[at[n]! * this.#width + k]! * free[n * this.#width + k]!;
    return net;
  }
}
