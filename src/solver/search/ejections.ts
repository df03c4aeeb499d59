/** The most hopeful ejections from one unit of a chain, best first. */
export class Ejections {
  count = 0;
  cutoff = 0; // hopes from here on are of no interest
  readonly unit: Int32Array; // ejected
  readonly task: Int32Array; // of the unit ejected
  readonly node: Int32Array; // where
  readonly spent: Float64Array; // cost of the chain so far
  readonly #most: number;
  readonly #hope: Float64Array; // the same with the least reduced cost of the ejected unit

  constructor(most: number) {
    this.#most = most;
    this.unit = new Int32Array(most);
    this.task = new Int32Array(most);
    this.node = new Int32Array(most);
    this.spent = new Float64Array(most);
    this.#hope = new Float64Array(most);
  }

  clear(cutoff: number): void {
    this.count = 0;
    this.cutoff = cutoff;
  }

  /** Adds an ejection with a hope below the cutoff; of copies of a task on one node only the first. */
  add(hope: number, spent: number, unit: number, task: number, node: number): void {
    for (let e = 0; e < this.count; e++) if (this.task[e] === task && this.node[e] === node) return;
    let at = this.count < this.#most ? this.count++ : this.#most - 1;
    for (; at > 0 && this.#hope[at - 1]! > hope; at--) {
      this.#hope[at] = this.#hope[at - 1]!;
      this.spent[at] = this.spent[at - 1]!;
      this.unit[at] = this.unit[at - 1]!;
      this.task[at] = this.task[at - 1]!;
      this.node[at] = this.node[at - 1]!;
    }
    this.#hope[at] = hope;
    this.spent[at] = spent;
    this.unit[at] = unit;
    this.task[at] = task;
    this.node[at] = node;
    if (this.count === this.#most) this.cutoff = this.#hope[this.#most - 1]!;
  }
}
