import { giveWay } from './priority.ts';

giveWay();

/** The body of a search thread. */
export { type SearchJob, searchJob as default } from './search/search-job.ts';
