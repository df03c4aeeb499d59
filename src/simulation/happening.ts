/** What may happen to a job or a node. */
export type HappeningKind =
  | 'arrive'
  | 'start' // on `node`, from what was saved
  | 'finish'
  | 'preempt' // its progress is saved; it waits
  | 'move' // its progress is saved; a `start` on another node follows at the same instant
  | 'interrupt' // its node failed; it waits, and goes back to its last checkpoint
  | 'fail' // of a node
  | 'repair';

/** One line of the log of a simulation, from which every measure and the audit are made. */
export interface Happening {
  readonly kind: HappeningKind;
  readonly time: number; // seconds since the first arrival
  readonly job: number; // index in the trace; −1 where it is about a node only
  readonly node: number; // index of the node copy; −1 where it is about a job only
}

/** What the simulated cluster does beside running jobs, the same for every policy. */
export interface Conditions {
  /** Seconds between windows, > 0; null: one whenever something happens. */
  readonly every: number | null;
  /** Seconds that loading what was saved takes, at every start of a job that has saved progress, ≥ 0. */
  readonly loadSeconds: number;
  /** Seconds of work between two checkpoints, ≥ 0: 0 saves all the time, Infinity never. */
  readonly checkpoint: number;
  /** Mean seconds between repair and failure of a node, > 0; Infinity: none fails. */
  readonly mtbf: number;
  /** Mean seconds from failure to repair, > 0. */
  readonly mttr: number;
  /** Seed of the failures. */
  readonly seed: number;
}

export const CONDITIONS: Conditions = {
  every: null,
  loadSeconds: 30,
  checkpoint: 3600,
  mtbf: Number.POSITIVE_INFINITY,
  mttr: 3600,
  seed: 1,
};

/** Seconds of work that are kept when a node fails after so many seconds of it since the job was last started. */
export const keptAt = (checkpoint: number, worked: number): number =>
  checkpoint === 0 ? worked : Number.isFinite(checkpoint) ? Math.floor(worked / checkpoint) * checkpoint : 0;
