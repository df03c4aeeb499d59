import type { DualObjective } from '../../model/dual.ts';
import type { Instance } from '../../model/instance.ts';
import type { LinearProgram } from '../../model/linear-program.ts';

/**
 * A linear relaxation as its dual function states it: the cost at fixed unplaced copies, or the unplaced copies of one
 * tier. Of the instance numbers only are read, never the window.
 */
export interface Relaxation {
  readonly instance: Instance;
  readonly objective: DualObjective;
  /** What placing all copies of a task typically costs; costs are scaled by it, so that engines' tolerances fit. > 0. */
  readonly unit: number;
}

/** Cost of the typical task in a restricted program. */
const TYPICAL_COST = 100;

/** Program objective = this × objective of the relaxation: a power of two, which changes no digit. */
export const costScale = ({ unit }: Relaxation): number => 2 ** Math.round(Math.log2(TYPICAL_COST / unit));

/** Pairs that are columns of a restricted program, each with its task, in the order of the columns. */
export interface PairColumns {
  readonly pair: ArrayLike<number>;
  readonly task: ArrayLike<number>;
}

/** A point of a restricted program with its duals, both in the program's units. */
export interface Solved {
  readonly shares: Float64Array; // columns: tasks idle, tiers over, then the pairs; 1 = all copies of the task
  readonly duals: Float64Array; // rows: tasks, classes × resources, tiers
}

/**
 * The relaxation over some of the pairs, in the hands of an engine. Always feasible: what no pair places is idle, at a
 * dear price where no copy may be. Columns: the idle copies of each task, what each tier has over its count, the pairs
 * in the order in which they were added. Rows: each task's copies, each class's capacity (scaled to 1), each tier.
 */
export interface Restricted {
  add(columns: PairColumns): void;
  /** Solves it; null when the engine did not get to the optimum by `end` (a time of `now()`). */
  solve(end: number): Solved | null;
  /** Sets what a task costs that may not be idle. */
  setDear(dear: number): void;
  dispose(): void;
}

export const firstPairColumn = ({ tasks, tiers }: Instance): number => tasks + tiers.length;

/** Whether idle copies of a tier are dear: none may be. */
const forbids = ({ fixed }: DualObjective, tier: number): boolean => fixed[tier] === 0;

/** Columns whose use means that the relaxation is not solved yet, by whether they are dear. */
export function dearColumns({ instance, objective }: Relaxation): Int32Array {
  const { tasks, tier, tiers, pairs } = instance;
  const dear: number[] = [];
  for (let i = 0; i < tasks; i++)
    if (pairs.start[i + 1]! > pairs.start[i]! && forbids(objective, tier[i]!)) dear.push(i);
  for (let t = 0; t < tiers.length; t++) if (objective.fixed[t]! > 0) dear.push(tasks + t);
  return Int32Array.from(dear);
}

/** The columns of a program in compressed form. */
export type Columns = Pick<LinearProgram, 'cost' | 'start' | 'rowIndex' | 'value'>;

/** The columns of some pairs: one in the row of the task, shares of a class's capacity in those of its resources. */
export function columnsOf(relaxation: Relaxation, { pair, task }: PairColumns): Columns {
  const { instance, objective } = relaxation;
  const { pairs, width, tasks, count, free, size } = instance;
  const scale = costScale(relaxation);
  const columns = pair.length;
  const cost = new Float64Array(columns);
  const start = new Int32Array(columns + 1);
  const rowIndex = new Int32Array(columns * (1 + width));
  const value = new Float64Array(columns * (1 + width));
  let entries = 0;
  const enter = (row: number, share: number) => {
    rowIndex[entries] = row;
    value[entries++] = share;
  };
  for (let c = 0; c < columns; c++) {
    const p = pair[c]!;
    const i = task[c]!;
    cost[c] = objective.cost ? count[i]! * objective.cost[p]! * scale : 0;
    enter(i, 1);
    const q = pairs.node[p]!;
    for (let k = 0; k < width; k++) {
      const d = pairs.demand[pairs.row[p]! * width + k]!;
      if (d > 0) enter(tasks + q * width + k, (count[i]! * d) / (size[q]! * free[q * width + k]!));
    }
    start[c + 1] = entries;
  }
  return { cost, start, rowIndex: rowIndex.subarray(0, entries), value: value.subarray(0, entries) };
}

/** The restricted program as data. */
export function programOf(relaxation: Relaxation, pairColumns: PairColumns, dear: number): LinearProgram {
  const { instance, objective } = relaxation;
  const { tasks, tier, tiers, count, nodes, width } = instance;
  const capacityRows = nodes.classes * width;
  const tierRow = tasks + capacityRows;
  const rows = tierRow + tiers.length;
  const placed = columnsOf(relaxation, pairColumns);

  // idle copies count in their tier where it is fixed above 0; what a tier has over that is dear
  const first = firstPairColumn(instance);
  const columns = first + pairColumns.pair.length;
  const cost = new Float64Array(columns);
  const start: number[] = [0];
  const rowIndex: number[] = [];
  const value: number[] = [];
  for (let i = 0; i < tasks; i++) {
    const t = tier[i]!;
    rowIndex.push(i);
    value.push(1);
    if (objective.fixed[t]! > 0 && instance.pairs.start[i + 1]! > instance.pairs.start[i]!) {
      rowIndex.push(tierRow + t);
      value.push(count[i]!);
    } else if (objective.fixed[t]! < 0) cost[i] = count[i]! * objective.priced[t]! * costScale(relaxation);
    start.push(rowIndex.length);
  }
  for (let t = 0; t < tiers.length; t++) {
    rowIndex.push(tierRow + t);
    value.push(-1);
    start.push(rowIndex.length);
  }
  for (const c of dearColumns(relaxation)) cost[c] = dear * costScale(relaxation);
  cost.set(placed.cost, first);
  const before = rowIndex.length;
  const rowUpper = new Float64Array(rows).fill(1);
  for (let t = 0; t < tiers.length; t++) rowUpper[tierRow + t] = Math.max(0, objective.fixed[t]!);
  const rowLower = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  rowLower.fill(1, 0, tasks);
  return {
    columns,
    rows,
    cost,
    lower: new Float64Array(columns),
    upper: new Float64Array(columns).fill(Number.POSITIVE_INFINITY),
    integer: new Uint8Array(columns),
    rowLower,
    rowUpper,
    start: joined(
      Int32Array,
      columns + 1,
      start,
      placed.start.subarray(1).map((at) => at + before),
    ),
    rowIndex: joined(Int32Array, before + placed.rowIndex.length, rowIndex, placed.rowIndex),
    value: joined(Float64Array, before + placed.value.length, value, placed.value),
  };
}

function joined<T extends Int32Array | Float64Array>(
  kind: new (length: number) => T,
  length: number,
  one: ArrayLike<number>,
  other: ArrayLike<number>,
): T {
  const both = new kind(length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Capacity prices (node classes × resources, ≥ 0) from the duals of a restricted program. */
export function pricesOf(relaxation: Relaxation, duals: Float64Array): Float64Array {
  const { tasks, free, size, width } = relaxation.instance;
  const scale = costScale(relaxation);
  return free.map((room, at) =>
    room > 0 ? Math.max(0, -duals[tasks + at]!) / (scale * room * size[Math.floor(at / width)]!) : 0,
  );
}
