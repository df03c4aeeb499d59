import type { Highs } from 'highs';
import type { Instance } from '../../model/instance.ts';
import type { Pattern } from './pattern.ts';

type Model = ReturnType<Highs['createModel']>;

/** First half-width of the box around the centre of the duals, as a share of it, and its growth where the box binds. */
const BOX = 0.03;
const WIDEN = 4;
/** Amount of a column that is none. */
const NOTHING = 1e-6;
/** Price of a copy without a place once the box is gone, as a multiple of the largest dual. */
const DEAR = 20;

/**
 * The linear program over the patterns known: every task's copies are covered, no class uses more nodes than it has,
 * each tier leaves out no more copies than are held unplaced. Its duals are kept in a box around a centre at first,
 * which saves most of the rounds (Marsten, Hogan, Blankenship 1975; du Merle et al. 1999). Lives in HiGHS' memory
 * between solves, each of which starts from the basis before: `dispose` it.
 */
export class Master {
  /** Tasks → price of a copy, of the last solve; ≥ 0. */
  readonly duals: Float64Array;
  /** Cost of the last solve. */
  value = Number.POSITIVE_INFINITY;
  readonly #model: Model;
  readonly #tasks: number;
  readonly #centre: Float64Array;
  readonly #box: Float64Array; // tasks → half-width
  readonly #scale: number; // of costs, so that HiGHS' tolerances fit
  #amounts: Float64Array = new Float64Array(0);
  readonly #first: number; // column of the first pattern

  /**
   * Without patterns yet. `centre` (tasks → dual, ≥ 0) is where the box is put, `left` (tasks) the copies to place,
   * `nodes` (classes) the nodes there are, `held` (tiers) the copies that may stay unplaced.
   */
  constructor(
    highs: Highs,
    instance: Instance,
    centre: Float64Array,
    left: Float64Array,
    nodes: Float64Array,
    held: Float64Array,
  ) {
    const { tasks } = instance;
    this.#tasks = tasks;
    this.#centre = centre;
    this.#box = new Float64Array(tasks).fill(BOX);
    this.duals = centre.slice();
    const mean = centre.reduce((sum, dual) => sum + dual, 0) / Math.max(1, tasks);
    this.#scale = mean > 0 ? 1 / mean : 1;
    const idle = Array.from(left.keys()).filter((i) => held[instance.tier[i]!]! > 0);
    const tierRow = tasks + instance.nodes.classes;
    const columns = 2 * tasks + idle.length;
    const start: number[] = [];
    const index: number[] = [];
    const value: number[] = [];
    for (let column = 0; column < columns; column++) {
      start.push(index.length);
      const task = column < 2 * tasks ? column % tasks : idle[column - 2 * tasks]!;
      index.push(task);
      value.push(column < tasks || column >= 2 * tasks ? 1 : -1);
      if (column < 2 * tasks) continue;
      index.push(tierRow + instance.tier[task]!);
      value.push(1);
    }
    start.push(index.length);
    const rows = tierRow + held.length;
    this.#first = columns;
    this.#model = highs.createModel({
      numCols: columns,
      numRows: rows,
      colCost: new Float64Array(columns),
      colLower: new Float64Array(columns),
      colUpper: new Float64Array(columns).fill(Number.POSITIVE_INFINITY),
      rowLower: Float64Array.from({ length: rows }, (_, r) => (r < tasks ? left[r]! : Number.NEGATIVE_INFINITY)),
      rowUpper: Float64Array.from([...left.map(() => Number.POSITIVE_INFINITY), ...nodes, ...held]),
      matrix: {
        format: 'csc',
        numRows: rows,
        numCols: columns,
        starts: Int32Array.from(start),
        indices: Int32Array.from(index),
        values: Float64Array.from(value),
      },
    });
    this.#model.options.set({ output_flag: false, random_seed: 0 });
    for (let i = 0; i < tasks; i++) this.#setBox(i);
  }

  add({ nodeClass, task, copies, cost }: Pattern): void {
    const indices = Int32Array.from([...task, this.#tasks + nodeClass]);
    const values = Float64Array.from([...copies, 1]);
    this.#model.addCol(cost * this.#scale, 0, Number.POSITIVE_INFINITY, { indices, values });
  }

  /** Solves the program. Returns false when HiGHS did not get to its optimum. */
  solve(): boolean {
    this.#model.run();
    if (this.#model.info.get('primal_solution_status') !== 2 || this.#model.info.get('dual_solution_status') !== 2)
      return false;
    const { colValue, rowDual } = this.#model.getSolution();
    this.#amounts = colValue;
    for (let i = 0; i < this.#tasks; i++) this.duals[i] = Math.max(0, rowDual[i]! / this.#scale);
    this.value = Number(this.#model.info.get('objective_function_value')) / this.#scale;
    return true;
  }

  /** Nodes that the last solve fills with a pattern (in the order added), fractions included. */
  amountOf(pattern: number): number {
    return this.#amounts[this.#first + pattern]!;
  }

  /** Copies that the last solve covers with no pattern, and does not leave out either. */
  get uncovered(): number {
    return this.#amounts.subarray(0, this.#tasks).reduce((sum, copies) => sum + copies, 0);
  }

  /** Widens the box where it binds. Returns whether it did anywhere. */
  widen(): boolean {
    let bound = false;
    for (let i = 0; i < this.#tasks; i++) {
      if (this.#amounts[i]! <= NOTHING && this.#amounts[this.#tasks + i]! <= NOTHING) continue;
      this.#box[i]! *= WIDEN;
      this.#setBox(i);
      bound = true;
    }
    return bound;
  }

  /** Takes the box away: a copy not covered costs more than any pattern, covering too much brings nothing. */
  unbox(): void {
    const dear = DEAR * this.#scale * Math.max(...this.duals, ...this.#centre);
    for (let i = 0; i < this.#tasks; i++) {
      this.#model.changeColCost(i, dear);
      this.#model.changeColBounds(this.#tasks + i, 0, 0);
    }
  }

  /** Sets the copies left to place and the nodes left to fill, and which patterns may still be used. */
  restrict(left: Float64Array, nodes: Float64Array, usable: (pattern: number) => boolean, patterns: number): void {
    left.forEach((copies, i) => {
      this.#model.changeRowBounds(i, copies, Number.POSITIVE_INFINITY);
    });
    nodes.forEach((many, q) => {
      this.#model.changeRowBounds(this.#tasks + q, Number.NEGATIVE_INFINITY, many);
    });
    for (let p = 0; p < patterns; p++)
      this.#model.changeColBounds(this.#first + p, 0, usable(p) ? Number.POSITIVE_INFINITY : 0);
  }

  dispose(): void {
    this.#model.dispose();
  }

  #setBox(i: number): void {
    const centre = this.#centre[i]! * this.#scale;
    this.#model.changeColCost(i, Math.max(centre * (1 + this.#box[i]!), this.#box[i]! * 1e-3));
    this.#model.changeColCost(this.#tasks + i, -Math.max(0, centre * (1 - this.#box[i]!)));
  }
}
