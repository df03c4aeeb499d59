import { workerData } from 'node:worker_threads';
import { giveWay, giveWayToOthers } from './priority.ts';
import type { ThreadData } from './threads.ts';

/** The body of a search thread. */
giveWayToOthers((workerData as ThreadData).first);
const jobs = await import('./search-jobs.ts');
giveWay();
export default jobs.searchJob;
export const { assistJob } = jobs;
