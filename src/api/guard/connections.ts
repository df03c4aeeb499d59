import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Settings } from '../settings/schema.ts';

/** Milliseconds that a connection may stay open between requests: longer than clients' own pauses, mostly. */
const KEEP_ALIVE_MS = 5000;
/** Milliseconds after which a body that is late has been answered by `readBody`; then its connection is ended. */
const GRACE_MS = 2000;

/** Options of Node's HTTP server by which connections that dawdle are ended. */
export const serverOptions = ({
  headersTimeoutMs,
  requestTimeoutMs,
}: Pick<Settings, 'headersTimeoutMs' | 'requestTimeoutMs'>): ServerOptions => ({
  headersTimeout: headersTimeoutMs,
  requestTimeout: requestTimeoutMs + GRACE_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: Math.min(1000, headersTimeoutMs),
});

/**
 * Ends connections whose client takes nothing of a whole answer for `writeTimeoutMs`. Node looks at what the kernel
 * still has to send before it calls a socket idle, so that slow readers of large answers are left in peace, and takes
 * the timeout back once the answer is out. Streams that go on by themselves, such as events, are not watched.
 */
export function cutOffIdleReaders(server: Server, { writeTimeoutMs }: Pick<Settings, 'writeTimeoutMs'>): void {
  // before who answers, who may do so at once
  server.prependListener('request', (_: IncomingMessage, response: ServerResponse) => {
    response.once('prefinish', () => response.socket?.setTimeout(writeTimeoutMs));
  });
}
