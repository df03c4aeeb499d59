import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

/** An answer as it came, and how long it took. */
export interface Exchange {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly ms: number; // last byte sent … last byte read
}

/** Sends a request, a body in parts; rejects when the connection breaks. */
export function exchange(
  agent: Agent,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  parts: readonly Buffer[] = [],
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    let sent = performance.now();
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const entity = length > 0 ? { 'content-type': 'application/json', 'content-length': length } : {};
    const sending = request(url, { agent, method, headers: { ...entity, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const ms = performance.now() - sent;
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks), ms });
      });
    });
    sending.on('error', reject);
    for (const part of parts.slice(0, -1)) sending.write(part);
    sending.end(parts.at(-1), () => {
      sent = performance.now();
    });
  });
}
