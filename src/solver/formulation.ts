import { dustOf, type Placement } from '../model/assignment.ts';
import { hasPairs } from '../model/dual.ts';
import { type Instance, isPlain, unfoldedPairs } from '../model/instance.ts';
import { type LinearProgram, LinearProgramBuilder } from '../model/linear-program.ts';
import { SideRows } from './side-rows.ts';

/**
 * What one program of a window minimises: the unplaced copies of a tier, those of the tiers before it held, or the
 * cost, those of all tiers held. Counts are per tier, of tasks that may run somewhere.
 */
export interface Stage {
  readonly tier: number | null; // position of the tier; null: the cost
  readonly held: ArrayLike<number>; // tiers → most unplaced copies; tiers from `tier` on are not held
  /**
   * Of a cost stage, the incumbent: its cost, the copies it places, and pairs → how much of its cost an assignment with a
   * whole copy there would use up beyond what is proven; pairs where that is more than all of `room` are left out. Default: unknown.
   */
  readonly incumbent?: {
    readonly cost: number;
    readonly placed: number;
    readonly excess?: Float64Array;
    readonly room?: number;
  };
}

/**
 * A window as a linear program over bins. In the integer program each node copy is a bin of its own; in the relaxation,
 * posed in full for comparisons only, a bin is a node class, its members' capacities summed.
 */
export interface Formulation {
  readonly program: LinearProgram;
  readonly pair: Int32Array; // columns y → pair; the columns after them are unplaced copies
  readonly columns: number; // of pairs and unplaced copies; those of side rules and nodes come after them
  readonly bin: Int32Array; // columns y → node class, or node copy when unfolded
  readonly sides: SideRows | null; // what side rules and opening costs add
  readonly costScale: number; // program objective = costScale × objective of the stage
}

/** Cost that the mean placement has in a program: far above the engines' tolerances, far below what costs digits. */
const MEAN_COST = 100;

/** Poses one stage of a window. Capacity rows are scaled to a right side of 1. `tighten` shrinks them by that share. */
export function formulate(instance: Instance, stage: Stage, unfolded: boolean, tighten = 0): Formulation {
  const { pairs, width, nodes, tasks, count, tier, free, size } = instance;
  const builder = new LinearProgramBuilder();
  const held = (t: number) => (stage.tier !== null && t >= stage.tier ? Number.POSITIVE_INFINITY : stage.held[t]!);
  const whole = unfolded && !instance.divisible;
  const costScale = stage.tier === null ? scaleOf(pairs.cost, stage.incumbent) : 1;
  // costs are ≥ 0, so no better assignment has a whole copy, or opens a node, that costs more than all of the incumbent
  const ceiling = stage.incumbent ? stage.incumbent.cost * (1 + 1e-9) : Number.POSITIVE_INFINITY;
  const { excess, room = 0 } = stage.incumbent ?? {};
  const isTooDear = (p: number) =>
    stage.tier === null &&
    ((excess && excess[p]! > room) ||
      (!instance.divisible && pairs.cost[p]! > ceiling) ||
      (instance.opening?.[pairs.node[p]!] ?? 0) > ceiling);

  // rows: every demand is met, no capacity exceeded, tiers held
  const taskRow = Int32Array.from(count, (copies, i) => (hasPairs(instance, i) ? builder.row(copies, copies) : -1));
  const bins = unfolded ? nodes.copies : nodes.classes;
  const capacityRow = new Int32Array(bins * width).fill(-1);
  const ruled = unfolded && !isPlain(instance);
  const sides = ruled
    ? new SideRows(instance, builder, stage.tier === null ? costScale : 0, unfoldedPairs(instance), tighten)
    : null;
  const tierRow = Int32Array.from(instance.tiers, (_, t) =>
    held(t) > 0 && held(t) < Number.POSITIVE_INFINITY ? builder.row(Number.NEGATIVE_INFINITY, held(t)) : -1,
  );

  // one column for each pair and bin
  const pairOf: number[] = [];
  const binOf: number[] = [];
  const place = (i: number, p: number, b: number, many: number) => {
    const q = pairs.node[p]!;
    let most = count[i]!;
    let share = 0;
    const entries: [number, number][] = [];
    for (let k = 0; k < width; k++) {
      const d = pairs.demand[pairs.row[p]! * width + k]!;
      if (d === 0) continue;
      const capacity = many * free[q * width + k]!;
      if (unfolded) most = Math.min(most, roomIn(instance, q * width + k, d));
      let row = capacityRow[b * width + k]!;
      if (row < 0)
        capacityRow[b * width + k] = row = sides?.opens(b)
          ? sides.openRow(b)
          : builder.row(Number.NEGATIVE_INFINITY, 1 - tighten);
      entries.push([row, d / capacity]);
      share = Math.max(share, d / capacity);
    }
    if (sides) entries.push(...sides.entries(builder.columns, i, p, b, most, share));
    builder.column(stage.tier === null ? costScale * pairs.cost[p]! : 0, 0, most, whole);
    builder.entry(taskRow[i]!, 1);
    for (const [row, value] of entries) builder.entry(row, value);
    pairOf.push(p);
    binOf.push(b);
  };
  for (let i = 0; i < tasks; i++) {
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      const q = pairs.node[p]!;
      if (isTooDear(p)) continue;
      if (!unfolded) place(i, p, q, size[q]!);
      else for (let at = nodes.memberStart[q]!; at < nodes.memberStart[q + 1]!; at++) place(i, p, nodes.member[at]!, 1);
    }
  }

  // one column for the unplaced copies of each task that may have some
  for (let i = 0; i < tasks; i++) {
    const t = tier[i]!;
    if (!hasPairs(instance, i) || held(t) === 0) continue;
    builder.column(stage.tier === t ? 1 : 0, 0, count[i]!, whole);
    builder.entry(taskRow[i]!, 1);
    if (tierRow[t]! >= 0) builder.entry(tierRow[t]!, 1);
  }
  const columns = builder.columns;
  sides?.close();
  return {
    program: builder.build(),
    pair: Int32Array.from(pairOf),
    bin: Int32Array.from(binOf),
    columns,
    sides,
    costScale,
  };
}

/** Copies of a demand that one resource of an empty node takes. */
const roomIn = ({ limit, free, divisible }: Instance, at: number, demand: number): number =>
  divisible ? free[at]! / demand : Math.floor(limit[at]! / demand);

/** The scale that gives the mean placement of the incumbent MEAN_COST; without one the mean pair. */
function scaleOf(costs: Float64Array, incumbent: Stage['incumbent']): number {
  const typical = incumbent && incumbent.placed > 0 ? incumbent.cost / incumbent.placed : 0;
  return MEAN_COST / (typical || mean(costs) || 1);
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

/** The placements that a point of an unfolded program stands for. */
export function placementsOf(instance: Instance, { pair, bin }: Formulation, x: Float64Array): Placement[] {
  const { start } = instance.pairs;
  const placements: Placement[] = [];
  let task = 0;
  for (let c = 0; c < pair.length; c++) {
    const amount = instance.divisible ? x[c]! : Math.round(x[c]!);
    while (pair[c]! >= start[task + 1]!) task++;
    if (amount > dustOf(instance, task)) placements.push({ task, pair: pair[c]!, copy: bin[c]!, amount });
  }
  return placements;
}

/** The point of an unfolded program that an assignment stands for: a start for engines that take one. */
export function pointOf(
  instance: Instance,
  { pair, bin, program, columns, sides }: Formulation,
  placements: readonly Placement[],
): Float64Array {
  const amounts = new Map<number, number>(); // pair · copies + copy → amount
  const left = instance.count.slice();
  for (const { task, pair: p, copy, amount } of placements) {
    amounts.set(p * instance.nodes.copies + copy, amount);
    left[task]! -= amount;
  }
  const x = new Float64Array(program.columns);
  for (let c = 0; c < pair.length; c++) x[c] = amounts.get(pair[c]! * instance.nodes.copies + bin[c]!) ?? 0;
  // the columns after the pairs are unplaced copies, in the order of the tasks
  const columnOfRow = new Map<number, number>();
  for (let c = pair.length; c < columns; c++) columnOfRow.set(program.rowIndex[program.start[c]!]!, c);
  let row = 0;
  for (let i = 0; i < instance.tasks; i++) {
    if (!hasPairs(instance, i)) continue;
    const column = columnOfRow.get(row++);
    if (column !== undefined) x[column] = left[i]!;
  }
  sides?.point(x);
  return x;
}
