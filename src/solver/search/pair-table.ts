import type { Instance } from '../../model/instance.ts';

/** Cells (tasks × node classes) up to which the pairs of tasks that may not run everywhere are looked up in a table. */
const MOST_CELLS = 4_000_000;

/** Finds pairs by task and node class: at once where a task may run everywhere or the table holds it, else by bisection. */
export class PairTable {
  readonly #start: Int32Array;
  readonly #node: Int32Array;
  readonly #classes: number;
  readonly #complete: boolean; // every task may run everywhere
  readonly #cells: Int32Array | null; // tasks × classes → pair, −1: none

  constructor({ pairs, tasks, nodes }: Instance) {
    this.#start = pairs.start;
    this.#node = pairs.node;
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
    return this.#cells ? this.#cells[cell]! : this.#bisect(task, q);
  }

  #bisect(task: number, q: number): number {
    let low = this.#start[task]!;
    let high = this.#start[task + 1]! - 1;
    if (high - low === this.#classes - 1) return low + q;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const there = this.#node[middle]!;
      if (there === q) return middle;
      if (there < q) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
