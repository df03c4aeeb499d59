import type { Outcome } from '../jobs/job.ts';

/** What came of a job as a response. */
export function outcomeResponse({ status, bytes, retryAfter }: Outcome): Response {
  const headers = new Headers({ 'content-type': status === 200 ? 'application/json' : 'application/problem+json' });
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter));
  return new Response(bytes as Uint8Array<ArrayBuffer>, { status, headers });
}
