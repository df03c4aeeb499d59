import { type Problem, problem } from './problem.ts';

/** Largest body taken, in bytes. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** What is read and thrown away of a body that is too large, so that its sender gets to read the answer. */
const MOST_DISCARDED = 4 * MOST_BYTES;

/** Reads a JSON body into shared memory, or tells why it is not taken. Nothing larger than the limit is kept. */
export async function readBody(request: Request, limit = MOST_BYTES): Promise<SharedArrayBuffer | Problem> {
  const type = request.headers.get('content-type');
  if (type !== null && !/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) {
    return problem(
      'unsupported_media_type',
      `Expected content-type application/json, found "${type.slice(0, 100)}". Maybe add -H 'content-type: application/json'.`,
    );
  }
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    return problem(
      'unsupported_media_type',
      `Expected a body without content-encoding, found "${encoding.slice(0, 100)}". Maybe send it uncompressed.`,
    );
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (request.body) {
    for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes <= limit) chunks.push(chunk);
      else chunks.length = 0;
      if (bytes > MOST_DISCARDED) break;
    }
  }
  if (bytes > limit) {
    return problem(
      'too_large',
      `Expected at most ${limit} bytes, found more. Maybe fold identical tasks and nodes with \`count\`, give \`on\` by kind instead of a \`times\` matrix, or split the window.`,
    );
  }
  const body = new SharedArrayBuffer(bytes);
  const target = new Uint8Array(body);
  let at = 0;
  for (const chunk of chunks) {
    target.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}
