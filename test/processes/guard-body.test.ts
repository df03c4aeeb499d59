import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { getRequestListener } from '@hono/node-server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, readBody } from '../../dist/api/guard/body.js';
import { isProblem, refuse } from '../../dist/api/guard/refuse.js';
import { Room } from '../../dist/api/guard/room.js';
import type { Problem } from '../../dist/api/problem.js';

const LIMITS = { maxBodyBytes: 100_000, requestTimeoutMs: 60_000 };
const brotli = (bytes: Uint8Array) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
const PACKERS = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotli,
  'X-GZip': gzipSync,
  identity: Buffer.from,
};
const text = JSON.stringify({ tasks: Array.from({ length: 500 }, (_, i) => ({ id: `t${i}`, demand: { cpu: i } })) });

/** A request whose body comes in pieces of these lengths, over and over. */
function sent(bytes: Uint8Array, headers: Record<string, string> = {}, pieces: readonly number[] = [1 << 20]): Request {
  let at = 0;
  let k = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const next = at + pieces[k++ % pieces.length]!;
      controller.enqueue(bytes.slice(at, next));
      at = next;
    },
  });
  return new Request('http://x/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
}
const packed = (bytes: Uint8Array, encoding: string, pieces?: readonly number[]) =>
  sent(bytes, { 'content-encoding': encoding }, pieces);

async function bodyOf(request: Request, limits = LIMITS): Promise<Body> {
  const body = await readBody(request, limits);
  if (isProblem(body)) throw new Error(body.detail);
  expect(body.chunks.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(body.bytes);
  return body;
}
async function problemOf(request: Request, limits: Parameters<typeof readBody>[1] = LIMITS): Promise<Problem> {
  const found = await readBody(request, limits);
  if (!isProblem(found)) throw new Error('taken');
  expect(found.detail).toMatch(/^Expected .* found.*Maybe .*\.$/);
  return found;
}
const asText = ({ chunks }: Body) => Buffer.concat(chunks).toString('utf8');

describe('bodies', () => {
  it.each(Object.entries(PACKERS))('of content-encoding %s come out as they went in', async (encoding, pack) => {
    for (const pieces of [[1 << 20], [1], [7, 1000]])
      expect(asText(await bodyOf(packed(pack(Buffer.from(text)), encoding, pieces)))).toBe(text);
    expect(await bodyOf(packed(pack(Buffer.alloc(0)), encoding))).toEqual({ chunks: [], bytes: 0 });
  });

  it('may be absent, undeclared, or of several gzip members', async () => {
    expect(await bodyOf(new Request('http://x/', { method: 'POST' }))).toEqual({ chunks: [], bytes: 0 });
    const members = Buffer.concat([gzipSync(text), gzipSync(text)]);
    for (const pieces of [[1 << 20], [1], [gzipSync(text).length]])
      expect(asText(await bodyOf(packed(members, 'gzip', pieces)))).toBe(text + text);
  });

  it.each([
    ['compress', 415],
    ['gzip, gzip', 415],
    ['zstd', 415],
  ])('of content-encoding %s are refused, with what would do', async (encoding, status) => {
    const response = refuse(await problemOf(packed(Buffer.from(text), encoding)));
    expect([response.status, response.headers.get('accept-encoding')]).toEqual([status, 'gzip, deflate, br']);
  });

  it('of another content-type are refused', async () => {
    for (const type of ['text/plain', 'application/jsonx', 'multipart/form-data; boundary=x'])
      expect((await problemOf(sent(Buffer.from(text), { 'content-type': type }))).code).toBe('unsupported_media_type');
    for (const type of ['application/json', 'application/JSON; charset=utf-8', 'application/merge-patch+json'])
      expect(asText(await bodyOf(sent(Buffer.from(text), { 'content-type': type })))).toBe(text);
  });

  it('that were cut off, changed or followed by something are told from whole ones', async () => {
    const whole = gzipSync(text);
    const wrong: [string, Uint8Array][] = [
      ['gzip', whole.subarray(0, whole.length - 1)],
      ['gzip', whole.subarray(0, 5)],
      ['gzip', Buffer.from(text)],
      ['gzip', deflateSync(text)],
      ['gzip', Buffer.concat([whole, Buffer.from('and more')])],
      ['gzip', whole.map((byte, at) => (at === whole.length - 6 ? byte ^ 1 : byte))],
      ['deflate', whole],
      ['deflate', deflateSync(text).subarray(0, 40)],
      ['br', brotli(Buffer.from(text)).subarray(0, 40)],
    ];
    for (const [encoding, bytes] of wrong)
      for (const pieces of [[1 << 20], [1], [50]]) {
        const problem = await problemOf(packed(bytes, encoding, pieces));
        expect([problem.code, problem.status]).toEqual(['malformed_body', 400]);
        expect(problem.detail).toContain(encoding);
      }
  });

  it('of any bytes end in a body or a problem, and nothing stays held', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.nat(255)).map(([plain, at, byte]) => {
        const whole = gzipSync(plain);
        whole[at % whole.length] = byte;
        return new Uint8Array(whole);
      }),
    );
    const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.constantFrom('gzip', 'deflate', 'br', 'identity'),
        pieces,
        async (raw, encoding, cuts) => {
          const room = new Room(1000);
          const found = await readBody(packed(raw, encoding, cuts), { ...LIMITS, room });
          if (isProblem(found)) expect(['malformed_body', 'overloaded']).toContain(found.code);
          else if (encoding === 'identity') expect(Buffer.concat(found.chunks).equals(raw)).toBe(true);
          expect(room.held).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('limits', () => {
  it('the largest body is taken, and one byte more refused, whatever the encoding', async () => {
    for (const [encoding, pack] of Object.entries(PACKERS)) {
      expect((await bodyOf(packed(pack(Buffer.alloc(100_000, 32)), encoding))).bytes).toBe(100_000);
      const problem = await problemOf(packed(pack(Buffer.alloc(100_001, 32)), encoding));
      expect([problem.code, problem.status]).toEqual(['too_large', 413]);
      expect(problem.detail).toContain('100000 bytes (maxBodyBytes)');
    }
  });

  it.each(['gzip', 'deflate', 'br'] as const)('a bomb of %s ends at the limit', async (encoding) => {
    const bomb = PACKERS[encoding](Buffer.alloc(200 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(250_000);
    const most = { held: 0 };
    const room = new (class extends Room {
      override take(bytes: number): boolean {
        const taken = super.take(bytes);
        most.held = Math.max(most.held, this.held);
        return taken;
      }
    })(1e9);
    const before = process.memoryUsage().arrayBuffers;
    const limits = { ...LIMITS, maxBodyBytes: 1_000_000, room };
    expect((await problemOf(packed(bomb, encoding), limits)).code).toBe('too_large');
    expect(most.held).toBeLessThanOrEqual(1_000_000);
    expect(room.held).toBe(0);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
  });

  it('what is declared too large is not kept, and the rest of an endless one not read', async () => {
    const room = new Room(1e9);
    let taken = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(10_000));
        taken += 10_000;
      },
    });
    const request = new Request('http://x/', {
      method: 'POST',
      body: endless,
      headers: { 'content-length': '100001' },
      duplex: 'half',
    } as RequestInit);
    expect((await problemOf(request, { ...LIMITS, room })).code).toBe('too_large');
    expect([room.held, taken < 500_000]).toEqual([0, true]);
  });

  it('bodies that arrive together share one room', async () => {
    const room = new Room(150_000);
    const large = () => packed(gzipSync(Buffer.alloc(100_000, 32)), 'gzip');
    const first = await readBody(large(), { ...LIMITS, room });
    expect([isProblem(first), room.held]).toEqual([false, 0]);
    expect(room.take(60_000)).toBe(true); // another one on its way
    expect((await problemOf(large(), { ...LIMITS, room })).code).toBe('overloaded');
    expect(room.held).toBe(60_000);
  });
});

describe('over a connection', () => {
  let server: Server;
  const room = new Room(1e9);
  let finished: (() => void) | null = null;
  beforeAll(async () => {
    const limits = { maxBodyBytes: 1_000_000, requestTimeoutMs: 150, room };
    const listener = getRequestListener(async (request) => {
      const found = await readBody(request, limits);
      finished?.();
      return isProblem(found) ? refuse(found) : new Response(String(found.bytes));
    });
    server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const port = () => (server.address() as AddressInfo).port;

  it('takes a chunked body', async () => {
    const response = await fetch(`http://127.0.0.1:${port()}`, {
      method: 'POST',
      body: gzipSync(text),
      headers: { 'content-encoding': 'gzip' },
    });
    expect(await response.text()).toBe(String(text.length));
  });

  it('answers 408 to one that does not come, and closes', async () => {
    const socket = connect(port(), '127.0.0.1');
    let told = '';
    socket.on('data', (chunk) => {
      told += chunk;
    });
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"tasks"');
    await once(socket, 'close');
    expect(told).toMatch(/^HTTP\/1\.1 408 /);
    expect(told).toContain('connection: close');
    expect(told).toContain('"code":"timeout"');
    expect(room.held).toBe(0);
  });

  it('lets go of one whose client is gone', async () => {
    const done = new Promise<void>((resolve) => {
      finished = resolve;
    });
    const sending = httpRequest({ port: port(), method: 'POST', headers: { 'content-length': '900000' } });
    sending.on('error', () => {});
    sending.write(Buffer.alloc(300_000), () => sending.destroy());
    await done;
    finished = null;
    expect(room.held).toBe(0);
  });

  it('answers 413 while the body is still being sent', async () => {
    const sending = httpRequest({ port: port(), method: 'POST' });
    const answered = once(sending, 'response');
    sending.end(Buffer.alloc(2_000_000));
    const [response] = await answered;
    expect(response.statusCode).toBe(413);
    response.resume();
    await once(response, 'end');
  });
});
