import { giveWay } from './priority.ts';

giveWay(); // before what takes long to load

/** The body of an engine thread. */
const jobs = await import('./engine-jobs.ts');
export default jobs.solveJob;
export const { patternJob, proofJob, relaxationJob, searchJob } = jobs;
