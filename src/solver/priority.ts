import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Niceness of threads that compute. */
const NICENESS = 10;

/** Makes the calling thread give way to those that keep deadlines. On Linux priorities belong to threads; elsewhere this does nothing. */
export function giveWay(): void {
  if (process.platform === 'linux') setPriority(NICENESS);
}

/**
 * The same in a thread that follows another: what it loads would come between others and their deadlines. The first
 * threads of a pool load as fast as they can; `first` tells how many more of them there may be.
 */
export function giveWayToOthers(first: Int32Array): void {
  if (Atomics.sub(first, 0, 1) <= 0) giveWay();
}

/**
 * The same for the threads on which V8 compiles for all others, mostly for those that compute. To be called before any other
 * thread is started.
 */
export function helpersGiveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    for (const thread of readdirSync('/proc/self/task').map(Number))
      if (thread !== process.pid) setPriority(thread, NICENESS);
  } catch {
    // without /proc, or where a thread has just ended, they go on as they are
  }
}
