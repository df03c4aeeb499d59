import type { Task, Window, WindowNode } from '../model/window.ts';
import { ratePerSecond } from './money.ts';
import type { OpenJob, Situation } from './policy.ts';
import { fits, type Slot } from './slots.ts';

/** Seconds added on an empty node, the less the fuller it is: of two nodes as good, the fuller one. */
const EMPTY = 0.01;

/**
 * Restarts that a move costs in the window beside its own. The gain that one window sees the next may see otherwise:
 * without this, jobs were moved three times as often and ended later.
 */
const RELUCTANCE = 10;

/** One place of the window: the `position`-th from the last job of a slot. */
export interface Position {
  readonly slot: Slot;
  readonly position: number; // ≥ 1; the job with the highest one begins
}

export interface Aims {
  /** Most positions in a slot, ≥ 1. */
  readonly levels: number;
  readonly migrates: boolean;
  /** Seconds of completion time that a unit of money is worth, ≥ 0. */
  readonly worth: number;
}

/** A window whose nodes are positions in slots. */
export interface PositionWindow {
  readonly window: Window;
  readonly positions: readonly Position[]; // by node of the window
}

/**
 * The window in which a sum of completion times is a sum of costs (Horn 1973; Bruno, Coffman, Sethi 1974): a job that
 * is k-th from the last of its slot holds up k jobs, itself included, so it costs the slot's `from` and k times its
 * own time. Money is added at its worth.
 */
export function positionWindow(
  base: Window,
  situation: Situation,
  jobs: readonly OpenJob[],
  slots: readonly Slot[],
  { levels, migrates, worth }: Aims,
): PositionWindow {
  const positions = slots.flatMap((slot) => Array.from({ length: levels }, (_, k) => ({ slot, position: k + 1 })));
  const columns = positions.map(({ slot, position }) => ({ column: columnOf(situation, slot), slot, position }));
  const rows = jobs.map((open) => {
    const { task, node } = open;
    const elsewhere = new Set(slots.filter((slot) => !slot.whole && fits(slot, task.demand)).map((slot) => slot.node));
    return columns.map(({ slot, position, column }) => {
      if (node >= 0 && node !== slot.node && !migrates) return null;
      if (slot.whole && elsewhere.has(slot.node)) return null;
      const seconds = secondsOn(situation, open, slot.node);
      if (Number.isNaN(seconds)) return null;
      const { entry } = situation.times.nodes[slot.node]!;
      const reluctance = node >= 0 && node !== slot.node ? RELUCTANCE * open.loads : 0;
      return slot.from + column + reluctance + position * seconds + worth * seconds * ratePerSecond(task, entry);
    });
  });
  return {
    window: {
      ...base,
      tasks: jobs.map(({ task }) => taskOf(task)),
      nodes: positions.map(({ slot }, n) => nodeOf(slot, n)),
      times: rows,
      objective: 'time',
    },
    positions,
  };
}

/** Seconds a job still takes on a node, loading included; NaN where it may not run. */
export function secondsOn({ times }: Situation, { job, left, node, ends, loads }: OpenJob, on: number): number {
  if (node === on) return ends;
  return left * times.row(job)[on]! + loads;
}

/** Next to nothing, by which a fuller node is better. */
function columnOf({ times }: Situation, { node, from, capacity }: Slot): number {
  if (from > 0) return 0;
  const { entry } = times.nodes[node]!;
  const shares = Object.entries(capacity).map(([k, free]) => free / Math.max(1e-9, entry.capacity[k] ?? 0));
  return EMPTY * Math.max(0, ...shares);
}

/** A job of which the matrix says the rest. */
const taskOf = ({ id, demand, weight }: Task): Task => ({
  id,
  demand,
  weight,
  count: 1,
  priority: 0,
  tolerates: [],
  prefers: [],
  moveCost: 0,
  pinned: false,
  preemptible: false,
});

const nodeOf = ({ capacity }: Slot, n: number): WindowNode => ({
  id: String(n),
  capacity: { ...capacity },
  count: 1,
  used: {},
  speed: 1,
  price: 1,
  openCost: 0,
  open: false,
  labels: {},
  taints: [],
  drain: false,
});
