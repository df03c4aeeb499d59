import type { Task } from '../model/window.ts';
import type { Timetable } from './trace.ts';

/** A job that waits or runs, as a policy sees it. */
export interface OpenJob {
  readonly job: number; // index in the trace
  readonly task: Task;
  /** Share of its work that is still to do, > 0, ≤ 1. */
  readonly left: number;
  /** Node it runs on; −1 when it waits. */
  readonly node: number;
  /** Seconds until it ends there, what it still loads included; 0 when it waits. */
  readonly ends: number;
  /** Seconds that starting it anew takes beside its work: it has saved progress to load. */
  readonly loads: number;
}

/** What a policy decides on. */
export interface Situation {
  readonly now: number; // seconds
  /** Jobs that wait, in the order of their arrival. */
  readonly waiting: readonly OpenJob[];
  /** Jobs that run, in the order of their arrival. */
  readonly running: readonly OpenJob[];
  /** Nodes that are up, by index, ascending. */
  readonly up: readonly number[];
  readonly times: Timetable;
}

/**
 * Where jobs are to run from now on: job → node. Of a policy that preempts, running jobs that are not named are
 * stopped; of one that does not, they go on, named or not.
 */
export type Decision = ReadonlyMap<number, number>;

export interface Policy {
  readonly name: string;
  /** Whether running jobs may be stopped. */
  readonly preempts: boolean;
  /** Whether running jobs may be moved, too. */
  readonly migrates: boolean;
  decide(situation: Situation): Decision | Promise<Decision>;
}
