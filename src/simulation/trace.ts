import { mayRun, type Pairing, pairings } from '../model/pairing.ts';
import { type NodeCopy, nodeCopies } from '../model/rules.ts';
import type { Window } from '../model/window.ts';

/** Jobs, when each arrives, and the cluster they arrive at. */
export interface Trace {
  /** All jobs as tasks of one copy, in the order of their arrival, and all nodes. */
  readonly window: Window;
  /** Seconds ≥ 0 at which each job arrives, ascending. */
  readonly arrivals: Float64Array;
  /** Sentences on what is simulated differently from the file, such as the jobs left out. */
  readonly notes: readonly string[];
}

/**
 * A trace of tasks in any order. Jobs that no empty node could ever run are left out and named; the others are brought
 * into the order of their arrival, which begins at 0 and is `compressed`: 2 lets them arrive twice as fast.
 */
export function traceOf(
  window: Window,
  arrivals: readonly number[],
  notes: readonly string[] = [],
  compressed = 1,
): Trace {
  const nodes = [...nodeCopies(window).values()];
  const pairing = pairings(window, () => false);
  const runs = window.tasks.map((_, i) => nodes.some((node) => mayRun(window, i, node, pairing(i, node).demand)));
  const order = window.tasks
    .map((_, i) => i)
    .filter((i) => runs[i])
    .sort((a, b) => arrivals[a]! - arrivals[b]! || a - b);
  const first = order.length > 0 ? arrivals[order[0]!]! : 0;
  const nowhere = window.tasks.filter((_, i) => !runs[i]).map(({ id }) => id);
  return {
    window: { ...window, tasks: order.map((i) => window.tasks[i]!) },
    arrivals: Float64Array.from(order, (i) => (arrivals[i]! - first) / compressed),
    notes:
      nowhere.length === 0
        ? notes
        : [...notes, `Left out, as no node could run them (${nowhere.length}): ${nowhere.join(', ')}.`],
  };
}

/** Nodes of a trace by index, and how long each job would take on each. */
export class Timetable {
  readonly nodes: readonly NodeCopy[];
  readonly #pairing: (i: number, node: NodeCopy) => Pairing;
  readonly #window: Window;
  readonly #rows: (Float64Array | undefined)[] = [];

  constructor(window: Window) {
    this.#window = window;
    this.nodes = [...nodeCopies(window).values()];
    this.#pairing = pairings(window, () => false);
  }

  /** Seconds that each node (by index) needs for the whole of a job; NaN where it may not run. */
  row(job: number): Float64Array {
    this.#rows[job] ??= Float64Array.from(this.nodes, (node) => {
      const { demand, time } = this.#pairing(job, node);
      return mayRun(this.#window, job, node, demand) ? time : Number.NaN;
    });
    return this.#rows[job];
  }

  /** Forgets a job that is done. */
  forget(job: number): void {
    this.#rows[job] = undefined;
  }
}
