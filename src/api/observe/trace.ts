import { randomBytes } from 'node:crypto';

/** Where a request stands in a distributed trace (W3C Trace Context). */
export interface Trace {
  readonly traceId: string; // 32 lower-case hex digits
  readonly spanId: string; // 16, of our part of it
  readonly parentId: string | null; // 16, the caller's span; null where the trace begins with us
  readonly sampled: boolean; // whether the caller may have recorded its part
}

/** What a caller says in `traceparent`. */
export type TraceParent = Pick<Trace, 'traceId' | 'sampled'> & { readonly parentId: string };

/** version, trace id, parent id, flags, and what later versions may add */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Reads a `traceparent` header; null when it is not a valid one.
 * Source: W3C Recommendation "Trace Context", 3.2 and 4.3 (later versions are read as far as version 00 goes).
 */
export function parseTraceparent(header: string | null | undefined): TraceParent | null {
  const [, version, traceId, parentId, flags, more] = TRACEPARENT.exec(header ?? '') ?? [];
  if (!version || !traceId || !parentId || !flags) return null;
  if (version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (isZero(traceId) || isZero(parentId)) return null;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The trace of a request: the caller's, with a span of our own in it, or a new one. */
export function traceOf(header: string | null | undefined): Trace {
  const parent = parseTraceparent(header);
  const spanId = randomId(8);
  return parent ? { ...parent, spanId } : { traceId: randomId(16), spanId, parentId: null, sampled: false };
}

const isZero = (id: string): boolean => /^0+$/.test(id);

/** Random bytes as hex digits, not all zero. */
function randomId(bytes: number): string {
  for (;;) {
    const id = randomBytes(bytes).toString('hex');
    if (!isZero(id)) return id;
  }
}
