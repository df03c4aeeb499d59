import { availableParallelism } from 'node:os';

/** Milliseconds that handing an answer to the service and writing it take. */
const SENDING_MS = 8;
/** More for each other job on the same core, whose turns are waited for: milliseconds, and a share of the deadline up to so many of them. */
const TURN_MS = 25;
const TURN_SHARE = 0.03;
const MOST_TURN_SHARE_MS = 40;
/** Share of the deadline that is kept at most. */
const MOST_SHARE = 0.5;

/** Milliseconds of a deadline to keep for sending the answer, with so many other jobs at work. */
export function sendingMs(deadlineMs: number, others: number, cores = availableParallelism()): number {
  const turnMs = TURN_MS + Math.min(MOST_TURN_SHARE_MS, TURN_SHARE * deadlineMs);
  return Math.min(MOST_SHARE * deadlineMs, SENDING_MS + (others / cores) * turnMs);
}
