/** What a search thread does; a proof goes on there, too, once a search has nothing more to find. */
export { assistJob } from './assist-job.ts';
export { searchJob } from './search/search-job.ts';
