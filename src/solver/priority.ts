import { setPriority } from 'node:os';

/** Niceness of threads that compute. */
const NICENESS = 10;

/** Makes the calling thread give way to those that keep deadlines. On Linux priorities belong to threads; elsewhere this does nothing. */
export function giveWay(): void {
  if (process.platform === 'linux') setPriority(NICENESS);
}
