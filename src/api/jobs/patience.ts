import { availableParallelism } from 'node:os';
import { now } from '../../solver/budget.ts';
import type { Job } from './job.ts';

/** Share of its deadline that a job waits for a planner that is not kept as a spare. */
const WAITING_SHARE = 0.4;
/** Milliseconds before its deadline, and more for each byte, at which a job has to begin: then a heuristic has an answer in time. */
const LEAST_MS = 35;
const LEAST_MS_PER_BYTE = 1.2e-4;
/** Milliseconds that a light job takes at most to be read. */
const LIGHT_MS = 25;
const CORES = availableParallelism();
/** Milliseconds beyond its deadline, and more for each byte, after which a planner is taken for hung. */
const HUNG_MS = 3000;
const HUNG_MS_PER_BYTE = 4e-4;
/** Milliseconds beyond its deadline that a job waits where no planner can be started. */
const HOPELESS_MS = 10_000;
/** Times a job is given to a planner, and of these with engines; milliseconds that make another try with them worth while. */
const ATTEMPTS = 5;
const WITH_ENGINES = 2;
const WORTH_ENGINES_MS = 1000;

/** Milliseconds that a body takes alone to be read, and its answer to be written. */
const readingMs = ({ bytes }: Job): number => LEAST_MS_PER_BYTE * bytes;

/** Time of now() at which a waiting job has to begin, with so many others at work on the same cores. */
export const mustBegin = (job: Job, others: number): number =>
  job.started + job.deadlineMs - LEAST_MS - readingMs(job) * (1 + others / CORES);

/** Whether a job takes little enough to disturb hardly any other that its planner has in hand. */
export const isLight = (job: Job): boolean => readingMs(job) <= LIGHT_MS;

/**
 * Whether a job with a large body that has not begun yet could be in time alone, but no more beside so many others. Small ones
 * are as quick beside others, whatever their deadline.
 */
export const isCrowdedOut = (job: Job, others: number): boolean =>
  others > 0 &&
  !job.promised &&
  job.begun === null &&
  !isLight(job) &&
  LEAST_MS + readingMs(job) <= job.deadlineMs &&
  mustBegin(job, others) < now();

/** Whether a job that was promised an answer waits although it can hardly be in time any more: then it is next. */
export const isOverdue = (job: Job): boolean => job.promised && mustBegin(job, 0) <= now();

/** Time of now() at which a waiting job should begin, with a spare planner if need be. */
export const shouldBegin = (job: Job, others: number): number =>
  Math.min(job.started + WAITING_SHARE * job.deadlineMs, mustBegin(job, others));

/** Time of now() at which a planner that has worked on a job since `begun` is taken for hung: after its deadline, or once it was told to stop. */
export const hungAt = ({ started, deadlineMs, bytes, stopped }: Job, begun: number, longestMs: number): number =>
  Math.max(Math.min(started + Math.min(deadlineMs, longestMs), stopped ?? Number.POSITIVE_INFINITY), begun) +
  HUNG_MS +
  HUNG_MS_PER_BYTE * bytes;

/** Time of now() at which a waiting job is given up where no planner can be started. */
export const hopelessAt = ({ started, deadlineMs }: Job, longestMs: number): number =>
  started + Math.min(deadlineMs, longestMs) + HOPELESS_MS;

/** Whether a job that planners died of is given to another. */
export const mayTryAgain = ({ attempts }: Job): boolean => attempts < ATTEMPTS;

/** Whether the next try of a job does without engines. */
export const withoutEngines = ({ attempts, outOfMemory, started, deadlineMs }: Job): boolean =>
  attempts >= WITH_ENGINES || outOfMemory > 0 || (attempts > 0 && started + deadlineMs - now() < WORTH_ENGINES_MS);
