import { isPlain } from '../model/instance.ts';
import { giveWay } from './priority.ts';
import { searchRuled } from './search/ruled/ruled-search.ts';
import { type SearchJob, search } from './search/search.ts';

export type { SearchJob };

giveWay();

/** The body of a search thread. */
export default function searchJob(job: SearchJob): void {
  if (isPlain(job.instance)) search(job);
  else searchRuled(job);
}
