import type { Window } from '../model/window.ts';
import type { Engines } from '../solver/engine-pool.ts';
import { solve } from '../solver/solve.ts';
import type { Liberties } from './heuristic-policy.ts';
import type { OpenJob, Policy, Situation } from './policy.ts';
import { type Position, positionWindow, secondsOn } from './positions.ts';
import { fits, type Slot, slotsOf } from './slots.ts';

/** Jobs of a window; of more the shortest, as the others do not begin now anyway. */
const MOST_JOBS = 120;
/** Most positions in a slot. */
const MOST_LEVELS = 6;

export interface SolverLimits {
  readonly deadlineMs: number;
  readonly work: number | null;
  readonly seed: number;
  /** Seconds of completion time that a unit of money is worth, ≥ 0. */
  readonly worth: number;
}

/**
 * Poses each instant as a window of the solver in which jobs wait for nodes, too: every job gets a position in a slot
 * that is free now or will be, and the sum of (weighted) completion times is least. What comes first in a slot that is
 * free now begins. docs/simulation.md says why.
 */
export function optimalPolicy(base: Window, liberties: Liberties, limits: SolverLimits, engines: Engines): Policy {
  const { worth, ...fields } = limits;
  const { preempts, migrates } = liberties;
  const window = { ...base, ...fields };

  /** Decides on jobs that have the room which those decided before leave. */
  async function decideOn(
    situation: Situation,
    jobs: readonly OpenJob[],
    slots: readonly Slot[],
    most: number,
    decision: Map<number, number>,
  ): Promise<void> {
    const near = nearest(situation, jobs, leftOver(slots, decision, situation));
    if (near.length === 0) return;
    const aims = { levels: Math.min(most, levelsFor(jobs, near)), migrates, worth };
    const posed = positionWindow(window, situation, jobs, near, aims);
    const { assignments } = await solve(posed.window, { engines });
    const at = new Map(assignments.map(({ task, node }) => [task, posed.positions[Number(node)]!]));
    for (const [job, node] of begin(situation, jobs, at)) decision.set(job, node);
  }

  return {
    name: 'optimal',
    ...liberties,
    async decide(situation) {
      const decision = new Map<number, number>();
      const slots = slotsOf(situation, preempts);
      const levels = byPriority(situation, liberties).map((jobs) => shortest(situation, jobs));
      for (const jobs of levels) await decideOn(situation, jobs, slots, MOST_LEVELS, decision);
      // who may be moved need not wait idly for a better node
      if (migrates)
        for (const jobs of levels) {
          const idle = jobs.filter(({ job }) => !decision.has(job));
          if (idle.length > 0) await decideOn(situation, idle, slots, 1, decision);
        }
      return decision;
    },
  };
}

/** The jobs to decide on, those of the highest priority first: what is left is for the others. */
function byPriority({ waiting, running }: Situation, { preempts }: Liberties): OpenJob[][] {
  const levels = new Map<number, OpenJob[]>();
  for (const open of preempts ? [...running, ...waiting] : waiting) {
    const { priority } = open.task;
    levels.set(priority, [...(levels.get(priority) ?? []), open]);
  }
  return [...levels].sort(([a], [b]) => b - a).map(([, jobs]) => jobs);
}

/** Slots without what jobs decided before take of what is free now. */
function leftOver(slots: readonly Slot[], decided: ReadonlyMap<number, number>, situation: Situation): Slot[] {
  if (decided.size === 0) return [...slots];
  const taken = new Map<number, Record<string, number>>();
  for (const { job, task } of [...situation.waiting, ...situation.running]) {
    const node = decided.get(job);
    if (node === undefined) continue;
    const at = taken.get(node) ?? {};
    taken.set(node, at);
    for (const k in task.demand) at[k] = (at[k] ?? 0) + task.demand[k]!;
  }
  return slots.map((slot) => {
    const at = slot.from === 0 ? taken.get(slot.node) : undefined;
    if (!at) return slot;
    return { ...slot, capacity: without(slot.capacity, at) };
  });
}

const without = (capacity: Slot['capacity'], taken: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(capacity).map(([k, free]) => [k, Math.max(0, free - (taken[k] ?? 0))]));

/** Those that run, and of those that wait the ones that take least on their fastest nodes. */
function shortest(situation: Situation, jobs: readonly OpenJob[]): readonly OpenJob[] {
  const waiting = jobs.filter(({ node }) => node < 0);
  if (waiting.length <= MOST_JOBS) return jobs;
  const least = new Map(waiting.map((open) => [open.job, leastSeconds(situation, open)]));
  const kept = waiting.sort((a, b) => least.get(a.job)! - least.get(b.job)! || a.job - b.job).slice(0, MOST_JOBS);
  return [...jobs.filter(({ node }) => node >= 0), ...kept].sort((a, b) => a.job - b.job);
}

function leastSeconds(situation: Situation, open: OpenJob): number {
  let least = Number.POSITIVE_INFINITY;
  for (const node of situation.up) {
    const seconds = secondsOn(situation, open, node);
    if (seconds < least) least = seconds;
  }
  return least;
}

/** Slots that some job fits: all that are free now, and of each node entry as many of the next ones as there are jobs. */
function nearest({ times }: Situation, jobs: readonly OpenJob[], slots: readonly Slot[]): Slot[] {
  const seen = new Map<string, number>();
  return slots
    .filter((slot) => jobs.some(({ task }) => fits(slot, task.demand)))
    .sort((a, b) => a.from - b.from || a.node - b.node)
    .filter(({ from, node, whole }) => {
      if (from === 0) return true;
      const key = `${times.nodes[node]!.entry.id}${whole ? ' whole' : ''}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return seen.get(key)! <= jobs.length;
    });
}

/** Positions in each slot: room for twice the jobs, as fast nodes take more of them than slow ones. */
function levelsFor(jobs: readonly OpenJob[], slots: readonly Slot[]): number {
  let places = 0;
  for (const slot of slots) if (!slot.whole) places += roomIn(slot, jobs);
  return Math.min(MOST_LEVELS, jobs.length, 1 + Math.ceil((2 * jobs.length) / Math.max(1, places)));
}

/** Jobs of the least demand that a slot has room for, at most all. */
function roomIn(slot: Slot, jobs: readonly OpenJob[]): number {
  const resources = Object.keys(slot.capacity);
  const most = resources.map((k) => {
    const least = Math.min(...jobs.map(({ task }) => task.demand[k] ?? 0));
    return least > 0 ? Math.floor(slot.capacity[k]! / least) : jobs.length;
  });
  return Math.min(jobs.length, ...most);
}

/** Jobs that begin or go on: in each slot that is free now, from the first position on, while there is room. */
function begin(
  situation: Situation,
  jobs: readonly OpenJob[],
  at: ReadonlyMap<string, Position>,
): [job: number, node: number][] {
  const placed = jobs.flatMap((open) => {
    const position = at.get(open.task.id);
    return position && position.slot.from === 0 ? [{ open, ...position }] : [];
  });
  placed.sort(
    (a, b) =>
      b.position - a.position ||
      secondsOn(situation, a.open, a.slot.node) - secondsOn(situation, b.open, b.slot.node) ||
      a.open.job - b.open.job,
  );
  const free = new Map(placed.map(({ slot }) => [slot, slot.capacity]));
  return placed.flatMap(({ open, slot }): [number, number][] => {
    const capacity = free.get(slot)!;
    if (!fits({ ...slot, capacity }, open.task.demand)) return [];
    free.set(slot, without(capacity, open.task.demand));
    return [[open.job, slot.node]];
  });
}
