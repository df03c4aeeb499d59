import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import fc from 'fast-check';
import { Hono } from 'hono';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { docsPage } from '../../dist/api/docs-page.js';
import { type Admitted, admission } from '../../dist/api/guard/admission.js';
import { checkBind, isLoopback } from '../../dist/api/guard/bind.js';
import { crossOrigin, noStore, securityHeaders } from '../../dist/api/guard/headers.js';
import { type Client, Keyring, networkOf, newKey } from '../../dist/api/guard/keys.js';
import { beyondLimits, type Limits } from '../../dist/api/guard/limits.js';
import { ownOrigin } from '../../dist/api/guard/origin.js';
import { RateLimits } from '../../dist/api/guard/rate.js';
import { isProblem } from '../../dist/api/guard/refuse.js';
import { openApiDocument } from '../../dist/api/openapi.js';
import type { Operation } from '../../dist/api/operation.js';
import { operate } from '../../dist/api/planners/operations.js';
import type { Problem } from '../../dist/api/problem.js';
import { keySchema } from '../../dist/api/settings/schema.js';
import { twoTasks } from '../support/windows.ts';

afterEach(() => void vi.useRealTimers());

describe('keys', () => {
  const ci = newKey();
  const next = newKey();
  const web = newKey();
  const slow = { requests: 1, seconds: 1 };
  const ring = new Keyring(
    [
      { name: 'ci', hash: ci.hash },
      { name: 'ci', hash: next.hash.toUpperCase() },
      { name: 'web', hash: web.hash, rateLimit: null, urgency: 4 },
    ],
    slow,
  );
  const ask = (headers: Record<string, string>) => ring.identify(new Headers(headers), '10.0.0.1');

  it('are 256 random bits, kept as a hash that the configuration takes', () => {
    const { key, hash } = newKey();
    expect(key).toMatch(/^pw_[\w-]{43}$/);
    expect(Buffer.from(key.slice(3), 'base64url')).toHaveLength(32);
    expect(keySchema.safeParse({ name: 'a', hash }).success).toBe(true);
    expect(newKey().key).not.toBe(key);
  });

  it('say who asks; several may be those of one client', () => {
    for (const { key } of [ci, next])
      expect(ask({ authorization: `Bearer ${key}` })).toEqual({ name: 'ci', rateLimit: slow, urgency: 0 });
    expect(ask({ authorization: `bearer  ${ci.key} ` })).toMatchObject({ name: 'ci' });
    expect(ask({ 'x-api-key': web.key })).toEqual({ name: 'web', rateLimit: null, urgency: 4 });
  });

  it('are asked for, and others refused', () => {
    const wrong = [
      '',
      'Bearer',
      `Basic ${ci.key}`,
      `Bearer ${ci.key}x`,
      `Bearer ${ci.hash}`,
      `Bearer ${ci.key} ${web.key}`,
    ];
    for (const authorization of wrong)
      expect(ask({ authorization })).toMatchObject({ code: 'unauthorized', status: 401 });
    expect(ask({ authorization: `Bearer ${newKey().key}`, 'x-api-key': ci.key })).toMatchObject({ status: 401 });
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)) }),
        (text) => {
          for (const headers of [{ authorization: text }, { authorization: `Bearer ${text}` }, { 'x-api-key': text }])
            expect(isProblem(ask(headers))).toBe(true);
        },
      ),
    );
  });

  it('without any, everyone is a client by address', () => {
    const open = new Keyring([], null);
    expect(open.identify(new Headers({ authorization: `Bearer ${ci.key}` }), '10.0.0.1')).toEqual({
      name: '10.0.0.1',
      rateLimit: null,
      urgency: 0,
    });
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0DB8::', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['local', 'local'],
  ])('the client at %s is %s', (address, name) => {
    expect(networkOf(address)).toBe(name);
  });
});

describe('binding', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'LOCALHOST', '::ffff:127.0.0.1', '0:0:0:0:0:0:0:1'])(
    'to %s needs nothing',
    (host) => {
      expect(isLoopback(host)).toBe(true);
      checkBind({ host, keys: [], allowOpen: false });
    },
  );
  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '::ffff:10.0.0.1',
    'example.org',
    '127.1',
    '',
    'localhost.example.org',
    '128.0.0.1',
  ])('to %j needs keys, or to be told so', (host) => {
    expect(() => checkBind({ host, keys: [], allowOpen: false })).toThrow(/^Expected keys .* found none .*Maybe /);
    checkBind({ host, keys: [{}], allowOpen: false });
    checkBind({ host, keys: [], allowOpen: true });
  });
});

describe('rate limits', () => {
  const client = (name: string, requests = 2, seconds = 60): Client => ({
    name,
    rateLimit: { requests, seconds },
    urgency: 0,
  });

  it('tell the policy and what is left, and refuse what is beyond, client by client', async () => {
    vi.useFakeTimers();
    const limits = new RateLimits();
    const told = async (name: string) => {
      const { headers, problem } = await limits.count(client(name));
      return [headers.ratelimit, headers['retry-after'], problem?.code];
    };
    expect((await limits.count(client('a'))).headers).toEqual({
      'ratelimit-policy': '"default";q=2;w=60',
      ratelimit: '"default";r=1;t=60',
    });
    vi.advanceTimersByTime(20_500);
    expect(await told('a')).toEqual(['"default";r=0;t=40', undefined, undefined]);
    expect(await told('a')).toEqual(['"default";r=0;t=40', '40', 'rate_limited']);
    expect(await told('b')).toEqual(['"default";r=1;t=60', undefined, undefined]);
    vi.advanceTimersByTime(39_500);
    expect(await told('a')).toEqual(['"default";r=1;t=60', undefined, undefined]);
  });

  it('are lifted by null', async () => {
    const limits = new RateLimits();
    const verdict = await limits.count({ name: 'a', rateLimit: null, urgency: 0 });
    expect(verdict).toEqual({ headers: {}, problem: null });
  });

  it('never tell a client to wait longer than the window, whatever the clock does', async () => {
    vi.useFakeTimers();
    const limits = new RateLimits();
    await limits.count(client('a', 1));
    vi.setSystemTime(Date.now() - 86_400_000);
    expect((await limits.count(client('a', 1))).headers['retry-after']).toBe('60');
    vi.advanceTimersByTime(60_000); // the time that passes still ends the window
    expect((await limits.count(client('a', 1))).problem).toBeNull();
  });

  it('hold no more clients than they may, and none for longer than the window', async () => {
    vi.useFakeTimers();
    const limits = new RateLimits(100);
    for (let k = 0; k < 1000; k++) await limits.count(client(`c${k}`, 1));
    expect(vi.getTimerCount()).toBe(100); // one for each client that is counted
    expect((await limits.count(client('c999', 1))).problem?.code).toBe('rate_limited');
    expect((await limits.count(client('c0', 1))).problem).toBeNull(); // forgotten
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('take any name', async () => {
    const limits = new RateLimits();
    for (const name of ['__proto__', 'constructor', '', 'a:b']) {
      expect((await limits.count(client(name, 1))).problem).toBeNull();
      expect((await limits.count(client(name, 1))).problem?.status).toBe(429);
    }
  });
});

describe('admission', () => {
  const { key, hash } = newKey();
  const guarded = (settings: Parameters<typeof admission>[0]) => {
    const app = new Hono<Admitted>();
    app.use('/v1/*', admission(settings));
    app.get('/v1/who', (context) => context.json(context.get('client')));
    return app;
  };

  it('passes clients on with their limit told, and turns others away', async () => {
    const app = guarded({ keys: [{ name: 'ci', hash }], rateLimit: { requests: 2, seconds: 60 } });
    const ask = () => app.request('/v1/who', { headers: { authorization: `Bearer ${key}` } });
    const refused = await app.request('/v1/who');
    expect([refused.status, refused.headers.get('www-authenticate'), refused.headers.get('content-type')]).toEqual([
      401,
      'Bearer realm="placewright"',
      'application/problem+json',
    ]);
    const first = await ask();
    expect([await first.json(), first.headers.get('ratelimit')]).toMatchObject([{ name: 'ci' }, '"default";r=1;t=60']);
    await ask();
    const beyond = await ask();
    expect([beyond.status, beyond.headers.get('retry-after'), beyond.headers.get('ratelimit')]).toEqual([
      429,
      '60',
      '"default";r=0;t=60',
    ]);
    expect(await beyond.json()).toMatchObject({ code: 'rate_limited' });
  });

  it('knows the address of a connection', async () => {
    const app = guarded({ keys: [], rateLimit: null });
    const listener = getRequestListener(app.fetch);
    const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/who`);
    expect(await response.json()).toMatchObject({ name: '127.0.0.1' });
    server.closeAllConnections();
    server.close();
  });
});

describe('headers', () => {
  const page = docsPage(openApiDocument(), 'http://localhost');
  const app = new Hono();
  app.use(securityHeaders(), noStore());
  app.get('/docs', (context) => context.html(page));
  app.get('/fails', () => {
    throw new Error('a secret');
  });
  app.onError(() => new Response('sorry', { status: 500 }));

  it('let nothing run but the style sheet of the page', async () => {
    const response = await app.request('/docs');
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)];
    expect(styles).toHaveLength(1);
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(styles[0]![1]));
    expect(policy).toContain(Buffer.from(digest).toString('base64'));
    expect(page).not.toMatch(/ style=|<script|<img|<link|<form|<base| on\w+=/);
  });

  it('are there whatever is answered, failures included', async () => {
    for (const path of ['/docs', '/nothing', '/fails']) {
      const { headers } = await app.request(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('strict-transport-security')).toBeNull();
    }
  });
});

describe('other origins', () => {
  const served = (origins: string[]) => {
    const app = new Hono<Admitted>();
    app.use(crossOrigin(origins));
    app.use(admission({ keys: [{ name: 'a', hash: newKey().hash }], rateLimit: null }));
    return app;
  };
  const preflight = (app: ReturnType<typeof served>, origin: string) =>
    app.request('/v1/placements', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-anything' },
    });

  it('are told nothing unless they are named', async () => {
    const refused = await preflight(served([]), 'https://a.example');
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, null]);
    const other = await preflight(served(['https://b.example']), 'https://a.example');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('that are named may ask, before any key, and read the headers that matter', async () => {
    const app = served(['https://a.example', 'https://b.example']);
    const { status, headers } = await preflight(app, 'https://a.example');
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, 'https://a.example']);
    expect(headers.get('access-control-allow-headers')).toContain('authorization');
    expect(headers.get('access-control-allow-headers')).not.toContain('x-anything');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    const asked = await app.request('/v1/placements', { headers: { origin: 'https://b.example' } });
    expect([asked.status, asked.headers.get('access-control-allow-origin'), asked.headers.get('vary')]).toEqual([
      401,
      'https://b.example',
      'Origin',
    ]);
    for (const name of ['Location', 'RateLimit', 'Retry-After'])
      expect(asked.headers.get('access-control-expose-headers')).toContain(name);
    expect((await preflight(served(['*']), 'https://c.example')).headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('pages in browsers', () => {
  const key = { name: 'a', hash: newKey().hash };
  const local = { keys: [], cors: [], allowOpen: false };
  const status = async (settings: Parameters<typeof ownOrigin>[0], url: string, origin?: string) => {
    const app = new Hono();
    app.use(ownOrigin(settings));
    app.get('/', () => new Response('in'));
    const response = await app.request(url, origin === undefined ? {} : { headers: { origin } });
    if (response.status === 403) expect(await response.json()).toMatchObject({ code: 'forbidden_origin' });
    return response.status;
  };

  it('of this service or of none are let in', async () => {
    for (const url of ['http://localhost:8080/', 'http://127.0.0.1/', 'http://[::1]:1/']) {
      expect(await status(local, url)).toBe(200);
      expect(await status(local, url, new URL(url).origin)).toBe(200);
    }
  });

  it('of other origins are not, unless they are named', async () => {
    for (const origin of ['https://a.example', 'http://localhost:81', 'null', 'x', '']) {
      expect(await status(local, 'http://localhost/', origin)).toBe(403);
      expect(await status({ ...local, keys: [key] }, 'http://localhost/', origin)).toBe(403);
      expect(await status({ ...local, cors: ['*'] }, 'http://localhost/', origin)).toBe(200);
    }
    expect(await status({ ...local, cors: ['https://a.example'] }, 'http://localhost/', 'https://a.example')).toBe(200);
  });

  it('that point their own name here are not, where nothing else is asked for', async () => {
    const url = 'http://a.example:8080/';
    expect(await status(local, url, 'http://a.example:8080')).toBe(403);
    expect(await status({ ...local, cors: ['*'] }, url)).toBe(403);
    expect(await status({ ...local, keys: [key] }, url)).toBe(200);
    expect(await status({ ...local, allowOpen: true }, url)).toBe(200);
  });
});

describe('limits of windows', () => {
  const limits: Limits = { maxTasks: 3, maxNodes: 10, maxPairs: 6, maxDeadlineMs: 1000 };
  const of = (tasks: number, nodes: object[], more = {}) => ({
    tasks: Array.from({ length: tasks }, (_, i) => ({ id: `t${i}`, demand: { cpu: 1 }, count: 1000 })),
    nodes: nodes.map((node, j) => ({ id: `n${j}`, capacity: { cpu: 1 }, ...node })),
    ...more,
  });
  const kinds = (count: number) => Array.from({ length: count }, (_, j) => ({ speed: j + 1 }));
  const operations: Operation[] = ['placements', 'comparisons', 'verifications', 'quotes', 'frontiers'];

  const cases: [string, object, string | null][] = [
    ['three tasks of many copies', of(3, kinds(2)), null],
    ['four tasks', of(4, kinds(1)), 'at most 3 task entries (maxTasks), found 4.'],
    ['ten nodes in two entries', of(3, [{ count: 9 }, { speed: 2 }]), null],
    [
      'eleven nodes in two entries',
      of(3, [{ count: 10 }, { speed: 2 }]),
      'at most 10 nodes, copies unfolded (maxNodes), found 11.',
    ],
    ['seven pairs and more', of(3, kinds(3)), 'at most 6 pairs of task and node (maxPairs), found 9.'],
    ['nodes that are the same', of(3, [{}, {}, {}, {}]), null],
    [
      'the same in a matrix',
      of(3, [{}, {}, {}], { times: [] }),
      'at most 6 pairs of task and node (maxPairs), found 9.',
    ],
    ['a second', of(1, [], { deadlineMs: 1000 }), null],
    [
      'more than a second',
      of(1, [], { deadlineMs: 1001 }),
      'at most 1000 ms of deadlineMs (maxDeadlineMs), found 1001.',
    ],
  ];
  it.each(cases)('%s', (_, window, expected) => {
    for (const operation of operations) {
      const body = operation === 'placements' || operation === 'comparisons' ? window : { window };
      const found = beyondLimits(operation, body, limits);
      expect(found?.code ?? null).toBe(expected === null ? null : 'limit_exceeded');
      if (expected !== null)
        expect(found!.detail).toMatch(new RegExp(`^Expected ${expected.replaceAll(/[().]/g, '\\$&')} Maybe `));
    }
  });

  it('leave to validation what is no window', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...operations),
        fc.oneof(fc.json(), fc.constant('{"tasks":[null],"nodes":[1,{"count":"9"}]}')),
        (operation, text) => {
          expect(beyondLimits(operation, JSON.parse(text), limits)).toBeNull();
        },
      ),
    );
  });

  it('hold for every operation, before anything else is looked at', async () => {
    const tight = { ...limits, maxTasks: 1 };
    const engines = { run: () => Promise.reject(new Error('was looked at')) };
    for (const operation of operations) {
      const body = operation === 'placements' || operation === 'comparisons' ? twoTasks : { window: twoTasks, junk: 1 };
      const { status, document } = await operate(operation, JSON.stringify(body), { engines, limits: tight });
      expect([status, (document as Problem).code]).toEqual([422, 'limit_exceeded']);
    }
  });
});
