import { random } from '../model/random.ts';
import type { Conditions } from './happening.ts';

/** Seeds between those of two simulations, at least as many as there are nodes: each node has its own. */
const SEEDS = 2 ** 20;

/**
 * When each node fails and is repaired: an alternating renewal process, time to failure and to repair exponential with
 * means `mtbf` and `mttr`. Each node draws from a stream of its own, so that a seed gives the same failures whatever
 * policy places the jobs (common random numbers).
 */
export class Failures {
  /** Seconds at which each node changes next; Infinity: never. */
  readonly next: Float64Array;
  readonly #down: Uint8Array;
  readonly #draw: (() => number)[];
  readonly #conditions: Conditions;

  constructor(nodes: number, conditions: Conditions) {
    this.#conditions = conditions;
    this.#down = new Uint8Array(nodes);
    this.#draw = Array.from({ length: nodes }, (_, j) => random(conditions.seed * SEEDS + j));
    this.next = Float64Array.from({ length: nodes }, (_, j) => this.#exponential(j, conditions.mtbf));
  }

  isDown(node: number): boolean {
    return this.#down[node] === 1;
  }

  /** Lets a node fail or be repaired now. */
  flip(node: number): void {
    this.#down[node] = this.isDown(node) ? 0 : 1;
    const { mtbf, mttr } = this.#conditions;
    this.next[node]! += this.#exponential(node, this.isDown(node) ? mttr : mtbf);
  }

  #exponential(node: number, mean: number): number {
    return Number.isFinite(mean) ? -mean * Math.log(1 - this.#draw[node]!()) : mean;
  }
}
