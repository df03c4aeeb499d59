import { workerData } from 'node:worker_threads';
import { giveWay, giveWayToOthers } from './priority.ts';
import type { ThreadData } from './threads.ts';

/** The body of a search thread. */
giveWayToOthers((workerData as ThreadData).first);
const { searchJob } = await import('./search/search-job.ts');
giveWay();
export default searchJob;
