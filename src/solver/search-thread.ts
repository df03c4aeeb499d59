import { giveWay } from './priority.ts';

export { type SearchJob, searchJob as default } from './search/search-job.ts';

/** The body of a search thread. */
giveWay();
