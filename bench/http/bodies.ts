import { clusterWindow } from '../../bench/generate.mjs';
import type { WindowInput } from '../../dist/model/window.js';

/** Windows by size: tasks × nodes, each pair with a time of its own, and the deadline they are sent with. */
export const SIZES = {
  small: { tasks: 20, nodes: 5, deadlineMs: 250 },
  medium: { tasks: 200, nodes: 20, deadlineMs: 250 },
  large: { tasks: 2000, nodes: 200, deadlineMs: 1000 },
} as const;

export type Size = keyof typeof SIZES;
export const SIZE_NAMES = Object.keys(SIZES) as readonly Size[];

export const windowOf = (size: Size, seed: number): WindowInput =>
  clusterWindow({ tasks: SIZES[size].tasks, nodes: SIZES[size].nodes, kinds: 4, load: seed % 2 ? 0.9 : 0.8, seed });

/** A window as the bytes of a body in two parts, so that its deadline can differ without making them anew. */
export class Body {
  readonly window: WindowInput;
  readonly #head: Buffer;

  constructor(window: WindowInput) {
    this.window = window;
    this.#head = Buffer.from(JSON.stringify(window).slice(0, -1));
  }

  parts(deadlineMs: number): readonly [Buffer, Buffer] {
    return [this.#head, Buffer.from(`,"deadlineMs":${deadlineMs}}`)];
  }

  whole(deadlineMs: number): Buffer {
    return Buffer.concat(this.parts(deadlineMs));
  }
}
