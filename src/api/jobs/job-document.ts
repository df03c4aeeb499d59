import type { Job } from './job.ts';
import type { JobStore } from './store.ts';

/**
 * A job as its caller sees it, in JSON: how it stands, and the best answer so far, whose bytes are put in as they are.
 */
export function jobDocument(job: Job, store: JobStore, answer: Uint8Array | null): Uint8Array<ArrayBuffer> {
  const { id, state, created, finished, outcome, deadlineMs, posed, progress } = job;
  const failed = outcome && outcome.status >= 400 ? outcome.bytes : null;
  const head = JSON.stringify({
    id,
    state,
    created,
    finished,
    expires: store.expires(job),
    deadline: posed && Number.isFinite(deadlineMs) ? new Date(created.getTime() + deadlineMs) : null,
    progress,
  });
  const parts = [
    Buffer.from(`${head.slice(0, -1)},"answer":`),
    answer ?? NULL,
    Buffer.from(',"problem":'),
    failed ?? NULL,
    Buffer.from('}'),
  ];
  return Buffer.concat(parts) as Uint8Array<ArrayBuffer>;
}

const NULL = Buffer.from('null');
