import { giveWay } from './priority.ts';
import { type SearchJob, search } from './search/search.ts';

export type { SearchJob };

giveWay();

/** The body of a search thread. */
export default function searchJob(job: SearchJob): void {
  search(job);
}
