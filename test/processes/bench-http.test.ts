import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Body, SIZES, windowOf } from '../../bench/http/bodies.ts';
import { faultsOf } from '../../bench/http/judge.ts';
import { bodiesOfMix, type Call, type Manner, mix } from '../../bench/http/mix.ts';
import { perform } from '../../bench/http/perform.ts';
import { figuresOf, growthOf } from '../../bench/http/soak.ts';
import { soakLines, verdictsOf } from '../../bench/http/tell.ts';
import { loopDelayIn } from '../../bench/http/watch.ts';
import { createMetrics } from '../../dist/api/observe/metrics.js';
import { EnginePool } from '../../dist/solver/engine-pool.js';
import { solve } from '../../dist/solver/solve.js';
import { ready } from '../support/windows.ts';

const call = (manner: Manner): Call => ({ number: 0, size: 'small', seed: 1, deadlineMs: 100, manner });

it('a body is its window with the deadline', () => {
  const window = windowOf('small', 3);
  const whole = new Body(window).whole(1234);
  expect(JSON.parse(whole.toString())).toEqual({ ...window, deadlineMs: 1234 });
  expect(window.tasks).toHaveLength(SIZES.small.tasks);
});

it('the load is the same for the same seed, and of every kind', () => {
  const take = (seed: number) => {
    const calls = mix(seed);
    return Array.from({ length: 2000 }, () => calls.next().value as Call);
  };
  const calls = take(1);
  expect(take(1)).toEqual(calls);
  expect(take(2)).not.toEqual(calls);
  const bodies = bodiesOfMix();
  for (const { size, seed, deadlineMs } of calls) {
    expect(bodies.has(`${size} ${seed}`)).toBe(true);
    expect(deadlineMs).toBeGreaterThanOrEqual(size === 'large' ? 500 : 50);
    expect(deadlineMs).toBeLessThanOrEqual(2000);
  }
  for (const manner of ['plain', 'async', 'keyed'])
    expect(calls.filter((each) => each.manner === manner).length).toBeGreaterThan(100);
});

describe('what comes of a request', () => {
  let server: Server;
  const agent = new Agent({ keepAlive: true });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Performs a request on a service that answers as told; also what it asked for. */
  async function whenAnswered(
    manner: Manner,
    answer: (request: IncomingMessage, response: ServerResponse, turn: number) => void,
  ) {
    const asked: string[] = [];
    server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        asked.push(`${request.method} ${request.url}`);
        answer(request, response, asked.length);
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const kept: string[] = [];
    const outcome = await perform(
      {
        agent,
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        key: 'k1',
        keep: (_, body) => kept.push(body.toString()),
        pollMs: 1,
        patienceMs: 0,
      },
      call(manner),
      new Body(windowOf('small', 1)),
    );
    return { ...outcome, asked, kept };
  }

  const job = (state: string) =>
    JSON.stringify({
      id: 'j1',
      state,
      created: '2026-01-01T00:00:00.000Z',
      finished: state === 'done' ? '2026-01-01T00:00:01.010Z' : null,
      deadline: '2026-01-01T00:00:01.000Z',
      answer: { state: 'queued' },
    });

  it('an answer is kept to be judged', async () => {
    const outcome = await whenAnswered('plain', (_, response) => response.end('{"status":"optimal"}'));
    expect(outcome).toMatchObject({
      status: 200,
      error: null,
      job: 'none',
      same: null,
      kept: ['{"status":"optimal"}'],
    });
    expect(outcome.asked).toEqual(['POST /v1/placements']);
  });

  it('a job is looked at until it is done', async () => {
    const states = ['', 'queued', 'running', 'done'];
    const outcome = await whenAnswered('async', (request, response, turn) => {
      if (turn === 1) response.writeHead(202, { location: '/v1/placements/j1' }).end(request.headers.prefer);
      else if (turn === 2) response.writeHead(503, { 'retry-after': '1' }).end();
      else response.end(job(states[Math.min(turn - 1, 3)]!));
    });
    expect(outcome).toMatchObject({ status: 202, job: 'done', jobLateMs: 10 });
    expect(outcome.asked.slice(1)).toEqual(outcome.asked.slice(1).map(() => 'GET /v1/placements/j1'));
  });

  it.each([
    ['forgotten', 'lost', (response: ServerResponse) => response.writeHead(404).end()],
    ['failed', 'lost', (response: ServerResponse) => response.end(job('failed'))],
    ['never done', 'unfinished', (response: ServerResponse) => response.end(job('running'))],
    ['cut off', 'lost', (response: ServerResponse) => response.destroy()],
  ] as const)('a job that is %s is %s', async (_, kind, answer) => {
    const outcome = await whenAnswered('async', (_request, response, turn) =>
      turn === 1 ? response.writeHead(202, { location: '/v1/placements/j1' }).end() : answer(response),
    );
    expect(outcome.job).toBe(kind);
  });

  it.each([
    [true, () => 'the same'],
    [false, (turn: number) => `answer ${turn}`],
  ])('a second answer to a key: same %s', async (same, text) => {
    const outcome = await whenAnswered('keyed', (request, response, turn) => {
      expect(request.headers['idempotency-key']).toBe('k1');
      response.end(text(turn));
    });
    expect(outcome).toMatchObject({ same, asked: { length: 2 } });
  });

  it('a connection that breaks, and a service that is full', async () => {
    expect(await whenAnswered('plain', (_, response) => response.destroy())).toMatchObject({
      status: 0,
      error: 'ECONNRESET',
    });
    server.close();
    const full = await whenAnswered('keyed', (_, response) => response.writeHead(503, { 'retry-after': '2' }).end());
    expect(full).toMatchObject({ status: 503, retryAfter: true, same: null, asked: { length: 1 } });
  });
});

describe('sums and verdicts', () => {
  const outcome = {
    ...call('plain'),
    status: 200,
    error: null,
    retryAfter: false,
    ms: 130,
    jobLateMs: null,
    same: null,
  };
  const sight = (seconds: number, treeMb: number) => ({ seconds, treeMb, mainMb: 100, loopMs: 5 });
  const steady = Array.from({ length: 20 }, (_, k) => sight(10 * k, 500));
  const sum = (outcomes: readonly object[], sights = steady) => ({
    ...figuresOf(
      {
        outcomes: outcomes.map((each) => ({ ...outcome, job: 'none' as const, ...each })),
        seconds: 10,
        unsent: 0,
        sampled: [],
        delayMs: 1,
      },
      sights,
    ),
    capacity: 1,
    stop: { code: 0, ms: 10 },
  });
  const missed = (...all: Parameters<typeof sum>) =>
    verdictsOf(sum(...all)).flatMap(({ wanted, kept }) => (kept ? [] : wanted));

  it('all is kept where all is well', () => {
    const found = sum([{}, { status: 503, retryAfter: true }, { status: 202, job: 'done', jobLateMs: 3 }]);
    expect(verdictsOf(found).filter(({ kept }) => !kept)).toEqual([]);
    expect(found.late.all).toEqual({ answers: 1, p50: 30, p99: 30, p99_9: 30 });
    expect(found).toMatchObject({ statuses: { 200: 1, 202: 1, 503: 1 }, jobs: { done: 1 }, rate: 0.3 });
    expect(soakLines(found)).not.toContain('MISSED');
  });

  it.each([
    ['late', { ms: 151 }, /late/],
    ['a 503 without Retry-After', { status: 503 }, /5xx/],
    ['a 500', { status: 500, retryAfter: true }, /5xx/],
    ['a broken connection', { status: 0, error: 'ECONNRESET' }, /broken/],
    ['a lost job', { status: 202, job: 'lost' }, /lost/],
    ['another answer to a key', { same: false }, /idempotency/],
  ])('%s is missed', (_, what, words) => {
    const wanted = missed([...Array(10).fill({}), what]);
    expect(wanted).toHaveLength(1);
    expect(wanted[0]).toMatch(words);
  });

  it('growth is that after the first minute', () => {
    expect(growthOf(steady)).toBe(0);
    expect(growthOf([sight(0, 100), sight(30, 200), ...steady.slice(6)])).toBe(0);
    expect(growthOf(steady.map(({ seconds }) => sight(seconds, 500 + seconds)))).toBeGreaterThan(0.1);
    expect(growthOf([sight(10, 500)])).toBeNull();
  });

  it('the delay of the event loop is read as the service tells it', async () => {
    const metrics = createMetrics({
      queueLength: () => 0,
      queueBytes: () => 0,
      jobsRunning: () => 0,
      jobsKept: () => 0,
      keptBytes: () => 0,
      eventStreams: () => 0,
      planners: () => [],
    });
    await vi.waitFor(async () => expect(loopDelayIn(await metrics.text())).toBeGreaterThanOrEqual(0));
    metrics.close();
    expect(loopDelayIn('')).toBeNull();
  });

  it('sampled answers are judged', async () => {
    const engines = new EnginePool({ warm: [] });
    const bodies = bodiesOfMix();
    const answer = await solve(ready({ ...bodies.get('small 1')!.window, work: 5 }), { engines });
    await engines.close();
    const judge = (changed: object) =>
      faultsOf([{ call: call('plain'), answer: JSON.stringify({ ...answer, ...changed }) }], bodies);
    expect(judge({})).toEqual([]);
    expect(judge({ objective: 0.9 * answer.objective! })[0]).toMatch(/says its cost/);
    expect(judge({ bound: 1.1 * answer.objective! })[0]).toMatch(/bound/);
    const [first, ...rest] = answer.assignments;
    expect(judge({ assignments: [{ ...first, copies: 2 }, ...rest] })).not.toEqual([]);
  });
});
