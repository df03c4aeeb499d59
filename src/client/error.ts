import type { Problem } from './types.ts';

/** What a request failed of, where the service told nothing of it. */
const WITHOUT_PROBLEM = {
  connection_failed: 'No answer came',
  malformed_answer: 'The answer can not be read',
  http_error: 'The service, or something before it, refused',
  cancelled: 'The job was cancelled before it had an answer',
  failed: 'The job failed',
} as const;

/** A code that stands where there is no problem document. */
export type ClientCode = keyof typeof WITHOUT_PROBLEM;

interface Details {
  readonly status?: number | null;
  readonly problem?: Problem | null;
  readonly retryAfterMs?: number | null;
  readonly detail?: string;
  readonly cause?: unknown;
}

/** Whatever kept a request from its answer, but for the caller's own signal: that throws its reason. */
export class PlacewrightError extends Error {
  override readonly name = 'PlacewrightError';
  /** The problem's code, as docs/api.md lists them, or one of the client's: `connection_failed`, `malformed_answer`, `http_error`, `cancelled`, `failed`. */
  readonly code: string;
  /** HTTP status; null where there was no answer. */
  readonly status: number | null;
  /** The problem document; null where there was none. */
  readonly problem: Problem | null;
  /** How long the service asked to wait, in milliseconds; null where it did not. */
  readonly retryAfterMs: number | null;

  constructor(code: ClientCode, { status = null, problem = null, retryAfterMs = null, detail, cause }: Details = {}) {
    const words = detail ?? (status === null ? '' : `status ${status}`);
    super(
      problem ? `${problem.title}: ${problem.detail}` : `${WITHOUT_PROBLEM[code]}${words && `: ${words}`}`,
      cause === undefined ? {} : { cause },
    );
    this.code = problem?.code ?? code;
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  /** All that is wrong with the body, each with a JSON pointer; empty where that is not the problem. */
  get faults(): Problem['faults'] {
    return this.problem?.faults ?? [];
  }
}

/** The problem document of a text, or null when it is none. */
export function problemIn(text: string): Problem | null {
  try {
    const value: unknown = JSON.parse(text);
    return isProblem(value) ? { ...value, faults: value.faults ?? [], faultsLeftOut: value.faultsLeftOut ?? 0 } : null;
  } catch {
    return null;
  }
}

const isProblem = (value: unknown): value is Problem =>
  value !== null &&
  typeof value === 'object' &&
  ['code', 'title', 'detail'].every((field) => typeof (value as Record<string, unknown>)[field] === 'string');
