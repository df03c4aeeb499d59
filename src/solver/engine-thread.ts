import { workerData } from 'node:worker_threads';
import { giveWay, giveWayToOthers } from './priority.ts';
import type { ThreadData } from './threads.ts';

/** The body of an engine thread. */
giveWayToOthers((workerData as ThreadData).first);
const jobs = await import('./engine-jobs.ts');
giveWay();
export default jobs.solveJob;
export const { patternJob, proofJob, relaxationJob, searchJob } = jobs;
