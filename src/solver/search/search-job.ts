import { isPlain } from '../../model/instance.ts';
import { searchRuled } from './ruled/ruled-search.ts';
import { type SearchJob, search } from './search.ts';

export type { SearchJob };

/** Searches by the method for the instance, until the job's deadline or its last stride. */
export function searchJob(job: SearchJob): void {
  if (isPlain(job.instance)) search(job);
  else searchRuled(job);
}
