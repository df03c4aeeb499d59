import { giveWay } from './priority.ts';

giveWay(); // before what takes long to load

/** The body of a search thread. */
export default (await import('./search/search-job.ts')).searchJob;
