import { type Fault, MOST_FAULTS } from '../model/faults.ts';
import type { Refusal } from '../model/parse.ts';

/** Every problem the service answers with, by its stable code: HTTP status and title. Each has a heading in docs/api.md. */
export const PROBLEMS = {
  malformed_json: { status: 400, title: 'The body is not JSON' },
  malformed_body: { status: 400, title: 'The body did not arrive as it was declared' },
  invalid_header: { status: 400, title: 'A header does not say what it should' },
  unauthorized: { status: 401, title: 'The service asks for a key' },
  forbidden_origin: { status: 403, title: 'Pages of this origin may not use the service' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  method_not_allowed: { status: 405, title: 'This address does not take this method' },
  timeout: { status: 408, title: 'The request took too long to arrive' },
  cancelled: { status: 409, title: 'The job was cancelled before its turn' },
  too_large: { status: 413, title: 'The body is larger than the service takes' },
  unsupported_media_type: { status: 415, title: 'The body is declared as something that the service does not read' },
  invalid_window: { status: 422, title: 'The window can not be solved as it stands' },
  out_of_memory: { status: 422, title: 'The window takes more memory than a planner may have' },
  limit_exceeded: { status: 422, title: 'The window is beyond a limit of this service' },
  idempotency_mismatch: { status: 422, title: 'This Idempotency-Key came with another body before' },
  rate_limited: { status: 429, title: 'This client sends more requests than it may' },
  internal: { status: 500, title: 'The service failed; this is a bug' },
  overloaded: { status: 503, title: 'The service has more work than it can hold' },
  not_ready: { status: 503, title: 'No planner is ready' },
  stopping: { status: 503, title: 'The service is about to stop' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** A problem document (RFC 9457, application/problem+json). */
export interface Problem {
  readonly type: string; // a page that explains the code
  readonly title: string;
  readonly status: number;
  readonly detail: string; // expected, found, "Maybe …"
  readonly code: ProblemCode;
  readonly faults: readonly Fault[]; // every fault of the body, up to MOST_FAULTS
  readonly faultsLeftOut: number;
}

export function problem(code: ProblemCode, detail: string, faults: readonly Fault[] = []): Problem {
  const { status, title } = PROBLEMS[code];
  return {
    type: `/docs#${code}`,
    title,
    status,
    detail,
    code,
    faults: faults.slice(0, MOST_FAULTS),
    faultsLeftOut: Math.max(0, faults.length - MOST_FAULTS),
  };
}

export const problemOf = (refusal: Refusal): Problem => problem(refusal.code, refusal.detail, refusal.faults);
