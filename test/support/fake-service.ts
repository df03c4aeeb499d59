import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../dist/client/index.js';

/** A request as the fake service got it. */
export interface Seen {
  readonly route: string; // "GET /v1/engines"
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the fake service does with a request. */
export type Reply = (response: ServerResponse, seen: Seen) => void;

export interface FakeService {
  readonly url: string;
  readonly seen: Seen[];
  /** What a route replies, one after the other; the last one again and again. */
  on(route: string, ...replies: Reply[]): void;
  close(): Promise<void>;
}

/** A service that says what a test tells it to, over real sockets. */
export async function fakeService(): Promise<FakeService> {
  const seen: Seen[] = [];
  const routes = new Map<string, Reply[]>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const asked: Seen = { route: `${request.method} ${request.url}`, headers: request.headers, body };
    seen.push(asked);
    const replies = routes.get(asked.route) ?? [problem(404, 'not_found')];
    (replies.length > 1 ? replies.shift()! : replies[0]!)(response, asked);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    on: (route, ...replies) => void routes.set(route, replies),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export const json =
  (status: number, document: unknown, headers: Record<string, string> = {}): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(document));

export const text =
  (status: number, body: string, headers: Record<string, string> = {}): Reply =>
  (response) =>
    response.writeHead(status, headers).end(body);

export const problem =
  (status: number, code: string, headers: Record<string, string> = {}, more: object = {}): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers }).end(
      JSON.stringify({
        type: `/docs#${code}`,
        title: `It is ${code}`,
        status,
        detail: 'Maybe.',
        code,
        faults: [],
        faultsLeftOut: 0,
        ...more,
      }),
    );

/** Ends the connection without a word, as a crash does. */
export const hangUp: Reply = (response) => void response.destroy();

/** Says a part of an answer, then hangs up. */
export const halfOf =
  (body: string): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.write(body.slice(0, body.length / 2), () => response.destroy());
  };

/** Keeps the connection and says nothing. */
export const silence: Reply = () => undefined;

/** Sends text as a stream of events; `then` is what becomes of the connection. */
export const events =
  (body: string, then: 'end' | 'drop' | 'stay' = 'end'): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(body, () => {
      if (then === 'end') response.end();
      if (then === 'drop') response.destroy();
    });
  };

/** A clock whose short sleeps are over at once and listed; those of half a minute and more never end. */
export function fakeClock(random = 0.5): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    random: () => random,
    sleep: (ms, signal) =>
      new Promise((done, fail) => {
        if (signal?.aborted) return fail(signal.reason);
        signal?.addEventListener('abort', () => fail(signal.reason), { once: true });
        if (ms >= 30_000) return;
        slept.push(ms);
        setImmediate(done);
      }),
  };
}
