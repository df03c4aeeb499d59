import { type ProblemCode, problem } from '../problem.ts';
import type { Outcome } from './job.ts';

/** Why a request did not become, or did not stay, a job. */
const DETAILS = {
  overloaded: 'The service has more to do than it takes in. Maybe try again after the seconds of Retry-After.',
  not_ready:
    'Expected a planner that takes windows, found none that is ready. Maybe try again after the seconds of Retry-After.',
  stopping: 'The service is about to stop and takes nothing more. Maybe try again after the seconds of Retry-After.',
  cancelled: 'The job was cancelled before its turn came. Maybe POST the window again.',
  out_of_memory:
    'Expected a window that fits the memory of a planner, found one that does not. Maybe fold identical tasks and nodes with `count`, split the window, or start the service with a higher memoryMb.',
  internal: 'The request was fine as far as we know; the service failed on it. Maybe try again, and please report it.',
} as const satisfies Partial<Record<ProblemCode, string>>;

/** The problem document of a refusal, as an outcome; `retryAfter` in seconds. */
export function refusal(code: keyof typeof DETAILS, retryAfter?: number): Outcome {
  const document = problem(code, DETAILS[code]);
  const bytes = Buffer.from(JSON.stringify(document));
  return {
    status: document.status,
    bytes,
    facts: null,
    ...(retryAfter === undefined ? {} : { retryAfter: Math.max(1, Math.ceil(retryAfter)) }),
  };
}
