import type { Answer } from '../model/answer.ts';
import type { JobDocument, JobProgress, JobState, ProblemDocument } from '../model/job.ts';
import type {
  AssessmentReply,
  ComparisonReply,
  EngineLine,
  FrontierReply,
  HeuristicLine,
  QuoteReply,
} from '../model/replies.ts';
import type { WindowInput } from '../model/window.ts';

/** A window as it is sent, defaults left out. */
/** What a window is answered with. */
export type { Answer, WindowInput };
/** A task as a window has it. */
export type TaskInput = WindowInput['tasks'][number];
/** A problem document (RFC 9457): `code` is for programs, `detail` for people, `faults` lists all that is wrong with a body. */
export type Problem = ProblemDocument;
/** Incumbent, bound and gap of a job by now. */
export type Progress = JobProgress;
/** A job as the service tells it: its state, and the best answer so far. */
export type JobSnapshot = JobDocument;
export type { JobState };
/** Every heuristic beside the optimum. */
export type Comparison = ComparisonReply;
/** What a plan is worth: the rules it breaks, its regret and gap. */
export type Assessment = AssessmentReply;
/** Where a task would fit, cheapest first, and why not elsewhere. */
export type Quote = QuoteReply;
/** The least objective for each number of moves. */
export type Frontier = FrontierReply;
/** A heuristic: name, rule and source. */
export type HeuristicInfo = HeuristicLine;
/** An engine: name, version, licence and use. */
export type EngineInfo = EngineLine;

/** A plan: lines as in an answer's `assignments`; a whole answer may stand for them. */
export type Plan = readonly PlanLine[] | Answer;
/** So many copies of a task on a node (copy). */
export interface PlanLine {
  readonly task: string;
  readonly node: string;
  readonly copies: number;
}

/** What a client needs to know of its service. */
export interface ClientOptions {
  /** Address of the service, e.g. http://127.0.0.1:8080; it may have a path. */
  readonly url: string;
  /** API key, sent as a bearer token. */
  readonly key?: string | undefined;
  /** Most times a request is sent again; default 3. Only requests that may safely be sent twice are. */
  readonly retries?: number | undefined;
  /** Stands in for the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** Headers of every request, e.g. `traceparent`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Stands in for time and chance; for tests. */
  readonly clock?: Clock | undefined;
}

/** Time and chance, as far as retries need them. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number from 0 to 1. */
  random(): number;
}

/** What any request may be given. */
export interface RequestOptions {
  /** Ends the request, its retries included. */
  readonly signal?: AbortSignal | undefined;
}

/** What requests that solve may be given. */
export interface WorkOptions extends RequestOptions {
  /** How urgent, from 0 (most) to 7; the service takes 3 by default (RFC 9218). */
  readonly urgency?: number | undefined;
}

/** What may be told of a placement beside its window. */
export interface SubmitOptions extends WorkOptions {
  /**
   * 1 to 255 visible characters. The same key with the same window gives the same answer; with another one it is
   * refused. Default: a random one for each call, so that sending it again after a broken connection solves nothing twice.
   */
  readonly idempotencyKey?: string | undefined;
}

/** How to wait for a job. */
export interface FollowOptions extends RequestOptions {
  /** Called with every better incumbent or bound. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What may be told of a placement whose answer is waited for. */
export interface PlaceOptions extends SubmitOptions, FollowOptions {
  /**
   * Longest the service should hold the connection, in whole seconds; after that the answer is waited for by events.
   * Default: what the service is set to, or 0 with `onProgress`.
   */
  readonly wait?: number | undefined;
}
