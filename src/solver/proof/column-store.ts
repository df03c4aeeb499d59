/** Sets of items as flat arrays that grow; the last ones can be taken back. */
export class ColumnStore {
  length = 0;
  start = new Int32Array(1024); // columns + 1 → first item
  cost = new Float64Array(1024); // columns
  value = new Float64Array(1024); // columns → value at the last evaluation
  item = new Int32Array(8192); // items of a kind (from 0), ascending, repeated for copies
  task = new Int32Array(8192); // tasks of those

  /** Adds the set of `items[0 … length)`, the first item of whose kind is `first`; returns its column. */
  add(items: Int32Array, length: number, first: number, tasks: Int32Array, costs: Float64Array): number {
    const column = this.length++;
    const from = this.start[column]!;
    if (column + 2 > this.start.length) {
      this.start = grown(this.start);
      this.value = grown(this.value);
      this.cost = grown(this.cost);
    }
    while (from + length > this.item.length) {
      this.item = grown(this.item);
      this.task = grown(this.task);
    }
    let sum = 0;
    for (let n = 0; n < length; n++) {
      const e = first + items[n]!;
      this.item[from + n] = items[n]!;
      this.task[from + n] = tasks[e]!;
      sum += costs[e]!;
    }
    this.cost[column] = sum;
    this.start[column + 1] = from + length;
    return column;
  }
}

/** A copy of `array`, twice as long. */
export function grown<T extends Int32Array | Float64Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(2 * array.length);
  larger.set(array as never);
  return larger;
}
