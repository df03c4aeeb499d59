import { pino } from 'pino';
import { LogDestination, type LogDestinationOptions } from './log-destination.ts';
import type { Trace } from './trace.ts';
import type { WorkFigures } from './work-figures.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What is logged of a request, once it is answered. Sizes in bytes, times in milliseconds. Nothing that stands in a body. */
export interface RequestLine {
  readonly id: string; // of the request, or of its job
  readonly client: string; // name of its API key, or its address
  readonly method: string; // of HTTP
  readonly path: string; // as asked for; logged without its query
  readonly status: number; // of HTTP; 499 when the client was gone before the answer
  readonly problem?: string | null; // code of the problem document
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly totalMs: number; // last byte of the request … last byte of the answer
  readonly trace: Trace;
  readonly work?: WorkLine | null; // of a request that a planner worked on
}

/** What a planner did for a request. */
export interface WorkLine extends WorkFigures {
  readonly queuedMs: number;
  readonly solveMs: number;
  readonly lateMs: number | null; // after the deadline; negative: before it
}

/** Short facts beside a message: numbers, codes, names of our own. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export interface Log {
  /** One line for a request: info; error from 500 on, but warn for 503; debug for what probes ask all the time. */
  request(line: RequestLine): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** Something of ours failed. Of the error go into the line its kind, code and stack; its words only at debug. */
  error(message: string, error?: unknown, fields?: LogFields): void;
  /** Opens the log file anew after it was moved away. */
  reopen(): void;
  /** Writes what waits, within `timeoutMs` (default 1000). */
  close(timeoutMs?: number): Promise<void>;
}

export interface LogOptions extends LogDestinationOptions {
  readonly level: LogLevel;
}

/** Addresses that probes ask all the time. */
const PROBED = new Set(['/healthz', '/readyz', '/metrics']);

/** Never logged, should they ever be among the fields of a line. */
const SECRET = ['key', 'apiKey', 'authorization', 'cookie', 'headers', 'body', 'window', 'answer.assignments'];

/** The log of the service. Throws when its file can not be opened; nothing it does later throws. */
export function openLog(options: LogOptions): Log {
  const destination = new LogDestination(options);
  const logger = pino(
    {
      level: options.level,
      base: { service: 'placewright', pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET, censor: '[redacted]' },
    },
    destination,
  );
  const wordy = logger.isLevelEnabled('debug');
  return {
    request: (line) => logger[levelOf(line)](fieldsOf(line), 'request'),
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, error, fields = {}) => logger.error({ ...fields, ...causeOf(error, wordy) }, message),
    reopen: () => destination.reopen(),
    close: (timeoutMs) => destination.close(timeoutMs),
  };
}

function levelOf({ path, status }: RequestLine): 'debug' | 'info' | 'warn' | 'error' {
  if (status === 503) return 'warn';
  if (status >= 500) return 'error';
  return PROBED.has(pathOf(path)) ? 'debug' : 'info';
}

/** The fields of a line, picked one by one: nothing else gets in. */
function fieldsOf({ id, client, method, path, status, problem, bytesIn, bytesOut, totalMs, trace, work }: RequestLine) {
  return {
    id,
    client,
    method,
    path: pathOf(path),
    status,
    ...(problem && { problem }),
    bytesIn,
    bytesOut,
    totalMs: rounded(totalMs),
    ...(work && {
      tasks: work.tasks,
      nodes: work.nodes,
      answer: work.answer,
      solver: work.solver,
      gap: work.gap,
      fallback: work.fallback,
      queuedMs: rounded(work.queuedMs),
      solveMs: rounded(work.solveMs),
      lateMs: work.lateMs === null ? null : rounded(work.lateMs),
    }),
    traceId: trace.traceId,
    spanId: trace.spanId,
    ...(trace.parentId && { parentId: trace.parentId }),
  };
}

/** A path without its query, which may hold secrets. */
const pathOf = (path: string): string => path.replace(/[?#].*$/s, '').slice(0, 200);

/** Milliseconds to the microsecond. */
const rounded = (ms: number): number => Math.round(1000 * ms) / 1000;

/** What may be told of an error: its words can hold names from a window, unless they are the system's. */
function causeOf(error: unknown, wordy: boolean): LogFields {
  if (error === undefined) return {};
  if (!(error instanceof Error)) return { errorKind: typeof error, ...(wordy && { errorText: String(error) }) };
  const { code, syscall } = error as NodeJS.ErrnoException;
  return {
    errorKind: error.name,
    ...(code !== undefined && { errorCode: String(code) }),
    ...((wordy || syscall !== undefined) && { errorText: error.message.slice(0, 2000) }),
    errorStack: framesOf(error),
  };
}

/** Where an error came from, without its words. */
const framesOf = ({ stack = '', message }: Error): string =>
  stack
    .replace(message, '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 20)
    .join('\n');
