import type { Assignment } from '../model/assignment.ts';
import type { Instance } from '../model/instance.ts';
import type { Loads } from '../model/loads.ts';
import type { Reason } from '../model/reasons.ts';

export interface HeuristicOptions {
  /** Seed of the rules that draw lots; default 1. */
  readonly seed?: number;
  /** Capacity prices, node classes × resources, for the rules that use them; default: all 0. */
  readonly prices?: Float64Array;
  /** Asked now and then; once true the rule gives up and `place` returns null. Default: never. */
  readonly expired?: () => boolean;
}

/** What a rule made of a window. */
export interface Placed {
  readonly assignment: Assignment;
  /** Per task with unplaced copies, the nodes that had no room when its turn came, counted while placing. */
  readonly shortages: ReadonlyMap<number, readonly Reason[]>;
}

/** A node copy as a candidate for one copy of a task: a pair of the instance on one of its class's nodes. */
export interface Candidate {
  readonly instance: Instance;
  readonly loads: Loads; // as placed so far
  pair: number;
  copy: number;
}

/**
 * A greedy rule: an order of tasks and a choice of node.
 *
 * Tasks are taken in order, each copy goes to the candidate with the least score that has room, ties to the node that
 * comes first in the window. What finds no room stays unplaced; nothing is moved later.
 */
export interface Rule {
  readonly name: string;
  readonly summary: string; // one sentence
  readonly source?: string; // where the formula stands, for rules of other schedulers
  /** Task indices in the order in which they are placed; default: as given. */
  readonly order?: (instance: Instance, options: HeuristicOptions) => ArrayLike<number>;
  /** Makes the score of a candidate that has room; the least wins. Default: 0 for all, so the first with room. */
  readonly score?: (instance: Instance, options: HeuristicOptions) => (candidate: Candidate) => number;
  /** True when a node that won a copy may lose the next one to another: copies are then placed one by one. */
  readonly spreads?: boolean;
}

export interface Heuristic {
  readonly name: string;
  readonly summary: string;
  readonly source: string | null;
  /** Places what fits; null only when `expired` said so. The result is feasible, in every mode. */
  place(instance: Instance, options?: HeuristicOptions): Placed | null;
}
