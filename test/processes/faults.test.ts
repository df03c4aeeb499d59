import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterWindow } from '../../bench/generate.mjs';
import { type RunningServer, startServer } from '../../dist/api/server.js';
import type { Answer } from '../../dist/model/answer.js';
import type { JobDocument } from '../../dist/model/job.js';
import { random } from '../../dist/model/random.js';
import { endless } from '../support/endless.ts';
import { cutOff, post, read, whenOver } from '../support/http.ts';
import { type Judge, loadJudge } from '../support/judge.ts';
import { allStarted } from '../support/service.ts';
import { allReady, until } from '../support/until.ts';
import { twoTasks } from '../support/windows.ts';

/** Planners killed; more of them with FAULT_KILLS=100. */
const KILLS = Number(process.env.FAULT_KILLS ?? 10);

let server: RunningServer;
let judge: Judge | null = null;
beforeAll(async () => {
  [server, judge] = await Promise.all([
    startServer({ port: 0, planners: 2, spares: 1, logLevel: 'silent' }),
    loadJudge(),
  ]);
  await allReady(server.desk);
});
afterAll(() => server.close(0));

const placements = () => `${server.url}/v1/placements`;
/** The value of a metric. */
const count = async (name: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`placewright_${name} `))
      ?.split(' ')[1],
  );
};
/** Nothing waits, nothing runs, and the service still answers. */
const idleAndWell = async () => {
  await until(() => server.desk.figures.running + server.desk.figures.waiting === 0);
  expect(await read<Answer>(post(placements(), twoTasks))).toMatchObject({ status: 'optimal', objective: 1.5 });
};

describe('a service in trouble', () => {
  it(`answers everything while planners are killed, ${KILLS} of them`, async () => {
    const next = random(1);
    let killing = true;
    let answers = 0;
    const client = async (seed: number) => {
      while (killing || answers <= KILLS) {
        const response = await post(placements(), endless(seed === 1 ? 2000 : 300, seed));
        const answer = await read<Answer>(response);
        // while planners are missing there may be no room in time: then the caller is told, and comes again
        if (response.status === 503 && response.headers.has('retry-after')) continue;
        expect([response.status, answer]).toMatchObject([200, { summary: { unplaced: 0 } }]);
        if (answers++ % 10 === 0) expect(judge?.(endless(300, seed), answer).faults ?? []).toEqual([]);
      }
    };
    const job = await post(placements(), endless(3_600_000), { prefer: 'respond-async' });
    const address = server.url + job.headers.get('location');
    const clients = Promise.all([1, 2, 3].map(client)).finally(() => {
      killing = false; // also when one of them got something wrong
    });
    clients.catch(() => {});
    let objective = Number.POSITIVE_INFINITY;
    for (let killed = 0; killed < KILLS && killing; killed++) {
      await until(() => !killing || (server.desk.figures.running > 1 && server.desk.isReady));
      const atWork = server.desk.figures.planners.filter(({ inHand }) => inHand > 0);
      const planner = atWork[Math.floor(next() * atWork.length)];
      if (planner?.pid) process.kill(planner.pid, 'SIGKILL');
      await until(() => server.desk.figures.planners.filter(({ isReady }) => isReady).length === 3);
      // an hour's job lives through all of it, and never gets worse than what was told of it
      const { state, answer } = await read<JobDocument>(fetch(address));
      expect(['running', 'queued']).toContain(state);
      if (answer) expect(answer.objective!).toBeLessThanOrEqual(objective * (1 + 1e-9));
      objective = answer?.objective ?? objective;
    }
    killing = false;
    await clients;
    const last = await read<JobDocument>(fetch(address, { method: 'DELETE' }));
    if (last.answer) expect(last.answer.objective!).toBeLessThanOrEqual(objective * (1 + 1e-9));
    expect(answers).toBeGreaterThan(KILLS);
    expect(await count('retries_total')).toBeGreaterThan(0);
    expect(await count('planner_restarts_total{cause="killed"}')).toBeGreaterThan(0);
    await idleAndWell();
  }, 600_000);

  it('ends a planner that hangs, and has another answer', async () => {
    const asked = post(placements(), endless(500));
    await until(() => server.desk.figures.running > 0);
    const { pid } = server.desk.figures.planners.find(({ inHand }) => inHand > 0)!;
    process.kill(pid!, 'SIGSTOP');
    const response = await asked;
    expect(response.status).toBe(200);
    expect((await read<Answer>(response)).summary.unplaced).toBe(0);
    expect(await count('planner_restarts_total{cause="overdue"}')).toBe(1);
    await idleAndWell();
  });

  it('answers at the deadline though an engine never stops', async () => {
    const response = await post(placements(), { ...endless(1500), engine: 'glpk' });
    expect(response.status).toBe(200);
    const answer = await read<Answer>(response);
    expect(answer).toMatchObject({ stop: 'deadline', summary: { unplaced: 0 } });
    expect(judge?.(endless(1500), answer).faults ?? []).toEqual([]);
    await idleAndWell();
  });

  it('forgets callers that go away, in mid-request, while they wait and in mid-stream', async () => {
    await cutOff(placements(), JSON.stringify(endless(1000)).slice(0, 2000));
    const leave = new AbortController();
    const waiting = post(placements(), endless(60_000), {}, leave.signal).catch(() => 'gone');
    await until(() => server.desk.figures.running > 0);
    leave.abort();
    expect(await waiting).toBe('gone');
    await until(() => server.desk.figures.running === 0);

    const job = await post(placements(), endless(60_000), { prefer: 'respond-async' });
    const address = server.url + job.headers.get('location');
    const stop = new AbortController();
    const stream = await fetch(`${address}/events`, { signal: stop.signal });
    await stream.body!.getReader().read();
    stop.abort();
    // the job goes on: someone may come back for it
    const { state } = await read<JobDocument>(fetch(address, { method: 'DELETE' }));
    expect(state).toBe('cancelled');
    await idleAndWell();
  });

  it('goes on when the clock of the machine jumps', async () => {
    const clock = Date.now;
    const address = async (deadlineMs: number) =>
      server.url + (await post(placements(), endless(deadlineMs), { prefer: 'respond-async' })).headers.get('location');
    try {
      const job = await address(1000);
      Date.now = () => clock() + 86_400_000;
      const done = await whenOver(job);
      expect(done).toMatchObject({ state: 'done', answer: { stop: 'deadline' } });
      Date.now = () => clock() - 86_400_000;
      expect((await read<JobDocument>(fetch(job))).answer).toEqual(done.answer);
      expect(await whenOver(await address(500))).toMatchObject({ state: 'done', answer: { stop: 'deadline' } });
    } finally {
      Date.now = clock;
    }
    await idleAndWell();
  });
});

it('a window that takes more memory than a planner may have is refused, and the next is answered', async () => {
  const small = await startServer({ logLevel: 'silent', port: 0, planners: 1, spares: 1, memoryMb: 32 });
  try {
    const large = clusterWindow({ tasks: 5000, nodes: 500, kinds: 500, load: 0.9, seed: 1 });
    const response = await post(`${small.url}/v1/placements`, { ...large, deadlineMs: 5000 });
    expect([response.status, (await read<{ code: string }>(response)).code]).toEqual([422, 'out_of_memory']);
    expect(await read<Answer>(post(`${small.url}/v1/placements`, twoTasks))).toMatchObject({ status: 'optimal' });
  } finally {
    await small.close(0);
  }
});

/** Waits until so many jobs run or wait. */
const taken = (url: string, jobs: number): Promise<void> =>
  until(async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const figure = (name: string) => Number(new RegExp(`^placewright_${name} (\\d+)$`, 'm').exec(text)?.[1]);
    return figure('jobs_running') + figure('queue_length') >= jobs;
  });

describe('SIGTERM', () => {
  const start = async (env = {}): Promise<{ service: ChildProcess; url: string; log: () => string }> => {
    const service = spawn(process.execPath, ['dist/cli/main.js', 'serve', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a process group of its own
      env: { ...process.env, ...env },
    });
    let log = '';
    service.stdout!.on('data', (piece) => {
      log += piece;
    });
    let words = '';
    for await (const piece of service.stderr!) {
      words += piece;
      const url = /listening on (\S+)/.exec(words)?.[1];
      if (url) {
        service.stderr!.resume();
        await allStarted(url);
        return { service, url, log: () => log };
      }
    }
    throw new Error(words);
  };

  it('under load: what was taken in is answered, the rest refused, and the process ends with 0', async () => {
    const { service, url } = await start();
    const ended = once(service, 'exit');
    const asked = Array.from({ length: 12 }, (_, k) => post(`${url}/v1/placements`, endless(4000, k)));
    const long = post(`${url}/v1/placements`, endless(600_000));
    const responses = Promise.all(
      [...asked, long].map((one) => one.then(async (r) => ({ status: r.status, answer: await read<Answer>(r) }))),
    );
    await taken(url, 13);
    service.kill('SIGTERM');
    for (const { status, answer } of await responses) {
      expect([200, 503]).toContain(status);
      if (status === 200) expect(answer.summary.unplaced).toBe(0);
    }
    expect((await responses).at(-1)).toMatchObject({ status: 200, answer: { stop: 'cancelled' } });
    expect(await ended).toEqual([0, null]);
  });

  it('to all processes, as a terminal sends it: jobs go on, and are told of to their end', async () => {
    const { service, url, log } = await start({ PLACEWRIGHT_DRAIN_MS: '1500' });
    const ended = once(service, 'exit');
    const submitted = await post(`${url}/v1/placements`, endless(600_000), { prefer: 'respond-async' });
    const address = url + submitted.headers.get('location');
    while ((await read<JobDocument>(fetch(address))).answer === null);
    const events = fetch(`${address}/events`).then((response) => response.text());
    process.kill(-service.pid!, 'SIGINT');
    let ready = await fetch(`${url}/readyz`);
    while (ready.status === 200) ready = await fetch(`${url}/readyz`);
    expect([ready.status, (await read<{ code: string }>(ready)).code]).toEqual([503, 'stopping']);
    expect(await read<JobDocument>(fetch(address))).toMatchObject({ state: 'running' });
    expect((await post(`${url}/v1/placements`, endless(100))).status).toBe(503);
    expect(await events).toContain('{"state":"cancelled"}');
    expect(await read<JobDocument>(fetch(address))).toMatchObject({
      state: 'cancelled',
      answer: { stop: 'cancelled' },
    });
    expect(await ended).toEqual([0, null]);
    const lines = log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string; bytesOut?: number; state?: string });
    expect(lines.filter(({ msg }) => msg.startsWith('a planner'))).toEqual([]);
    expect(lines.filter(({ msg }) => msg === 'a job ended')).toMatchObject([
      { state: 'cancelled', answer: 'feasible' },
    ]);
    for (const { bytesOut } of lines.filter(({ msg }) => msg === 'request')) expect(bytesOut).toBeGreaterThan(0);
  });
});
