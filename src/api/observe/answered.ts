import type { IncomingMessage, ServerResponse } from 'node:http';

/** How a request ended, as the socket saw it. */
export interface Answered {
  readonly status: number; // of HTTP; 499 when the client was gone before it had the answer
  readonly bytesOut: number; // headers and body
  readonly ms: number; // last byte of the request (or the call of `whenAnswered`, if it was all read before) … last byte of the answer
}

/** Status in the log of a request whose client did not wait for the answer (as nginx has it). */
export const CLIENT_GONE = 499;

/** Calls `done` once, when the last byte of the answer was handed to the system or the client is gone. */
export function whenAnswered(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  done: (answered: Answered) => void,
): void {
  let received = performance.now();
  incoming.once('end', () => {
    received = performance.now();
  });
  const { socket } = incoming;
  const before = socket.bytesWritten;
  outgoing.once('close', () =>
    done({
      status: outgoing.writableFinished ? outgoing.statusCode : CLIENT_GONE,
      bytesOut: socket.bytesWritten - before,
      ms: performance.now() - received,
    }),
  );
}
