import { type Instance, pairOn } from '../../model/instance.ts';
import type { Pairs } from '../../model/pairs.ts';

/** Cells (tasks × node classes) up to which the pairs of tasks that may not run everywhere are looked up in a table. */
const MOST_CELLS = 4_000_000;

/** Finds pairs by task and node class: at once where a task may run everywhere or the table holds it, else by bisection. */
export class PairTable {
  readonly #pairs: Pairs;
  readonly #classes: number;
  readonly #complete: boolean; // every task may run everywhere
  readonly #cells: Int32Array | null; // tasks × classes → pair, −1: none

  constructor({ pairs, tasks, nodes }: Instance) {
    this.#pairs = pairs;
    this.#classes = nodes.classes;
    const cells = tasks * nodes.classes;
    this.#complete = pairs.node.length === cells;
    this.#cells = this.#complete || cells > MOST_CELLS ? null : new Int32Array(cells).fill(-1);
    if (this.#cells)
      for (let i = 0; i < tasks; i++)
        for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) this.#cells[i * nodes.classes + pairs.node[p]!] = p;
  }

  /** The pair of a task on a node class, −1 where it may not run. */
  at(task: number, q: number): number {
    const cell = task * this.#classes + q;
    if (this.#complete) return cell;
    if (this.#cells) return this.#cells[cell]!;
    const first = this.#pairs.start[task]!;
    return this.#pairs.start[task + 1]! - first === this.#classes ? first + q : pairOn(this.#pairs, task, q);
  }
}
