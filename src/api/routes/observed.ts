import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import { now } from '../../solver/budget.ts';
import { type Answered, whenAnswered } from '../observe/answered.ts';
import type { Log, WorkLine } from '../observe/log.ts';
import type { RequestKind, ServiceMetrics } from '../observe/metrics.ts';
import { traceOf } from '../observe/trace.ts';
import { figuresOf } from '../observe/work-figures.ts';
import { OPERATIONS } from '../operation.ts';
import type { Problem, ProblemCode } from '../problem.ts';
import type { Env } from './env.ts';

/** Logs and counts every request once it is answered, and gives it its place in the caller's trace. */
export const observed =
  (log: Log, metrics: ServiceMetrics): MiddlewareHandler<Env> =>
  async (context, next) => {
    const entered = now();
    const trace = traceOf(context.req.header('traceparent'));
    const { incoming, outgoing } = context.env ?? {};
    const { method, path } = context.req;
    let problem: ProblemCode | null = null;

    const tell = ({ status, bytesOut, ms }: Answered): void => {
      const bytesIn = Number(incoming?.headers['content-length'] ?? context.get('arrived')?.bytes ?? 0);
      metrics.requestDone({ operation: kindOf(path), status, problem, ms, bytesIn, bytesOut });
      log.request({
        id: context.get('job')?.id ?? trace.spanId,
        client: context.get('client')?.name ?? incoming?.socket.remoteAddress ?? 'local',
        method,
        path,
        status,
        problem,
        bytesIn,
        bytesOut,
        totalMs: ms,
        trace,
        work: workLine(context),
      });
    };
    if (incoming && outgoing) whenAnswered(incoming as IncomingMessage, outgoing as ServerResponse, tell);
    await next();
    problem = await codeOf(context.res);
    if (!outgoing) tell({ status: context.res.status, bytesOut: 0, ms: now() - entered });
  };

/** What a planner did for a request, as far as it is done. */
function workLine(context: Context<Env>): WorkLine | null {
  const job = context.get('job');
  if (!job) return null;
  const { posed, outcome, started, begun } = job;
  const due = posed?.deadlineMs ?? null;
  const until = job.ended ?? now(); // a kept answer may be asked for long after
  return {
    tasks: posed?.tasks ?? null,
    nodes: posed?.nodes ?? null,
    ...(outcome?.facts ?? figuresOf(null)),
    queuedMs: (begun ?? until) - started,
    solveMs: begun === null ? 0 : until - begun,
    lateMs: due === null ? null : until - started - due,
  };
}

/** The code of a problem document. */
const codeOf = async (response: Response): Promise<ProblemCode | null> =>
  response.headers.get('content-type') === 'application/problem+json'
    ? ((await response.clone().json()) as Problem).code
    : null;

/** What a request is counted as. */
function kindOf(path: string): RequestKind {
  if (path.startsWith('/v1/placements/')) return 'jobs';
  return OPERATIONS.find((operation) => path === `/v1/${operation}`) ?? 'other';
}
