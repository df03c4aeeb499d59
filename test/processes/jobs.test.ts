import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dist/api/server.js';
import type { Answer } from '../../dist/model/answer.js';
import type { JobDocument } from '../../dist/model/job.js';
import type { WindowInput } from '../../dist/model/window.js';
import { endless } from '../support/endless.ts';
import { eventsIn, post, read, whenOver } from '../support/http.ts';
import { type Judge, loadJudge } from '../support/judge.ts';
import { allReady } from '../support/until.ts';
import { twoTasks } from '../support/windows.ts';

let server: RunningServer;
let judge: Judge | null = null;
beforeAll(async () => {
  [server, judge] = await Promise.all([
    startServer({ logLevel: 'silent', port: 0, planners: 2, spares: 0 }),
    loadJudge(),
  ]);
  await allReady(server.desk);
});
afterAll(() => server.close(0));

const placements = () => `${server.url}/v1/placements`;
const submit = (window: WindowInput, headers: Record<string, string> = {}) =>
  post(placements(), window, { prefer: 'respond-async', ...headers });
const addressOf = (response: Response) => server.url + response.headers.get('location');
const running = async (address: string): Promise<JobDocument> => {
  for (;;) {
    const job = await read<JobDocument>(fetch(address));
    if ((job.answer && job.progress) || job.finished) return job;
  }
};

describe('a job', () => {
  it('is answered with its address at once, and with its answer there', async () => {
    const response = await submit(twoTasks);
    expect([response.status, response.headers.get('preference-applied')]).toEqual([202, 'respond-async']);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    const job = await read<JobDocument>(response);
    expect(job).toMatchObject({ finished: null, expires: null, answer: null, problem: null });
    expect(addressOf(response)).toBe(`${placements()}/${job.id}`);
    const done = await whenOver(addressOf(response));
    expect(done).toMatchObject({
      id: job.id,
      state: 'done',
      answer: { id: job.id, status: 'optimal', objective: 1.5 },
    });
    expect(Date.parse(done.expires!)).toBeGreaterThan(Date.parse(done.finished!));
    expect(Date.parse(done.deadline!) - Date.parse(done.created!)).toBe(twoTasks.deadlineMs);
  });

  it('is what a request becomes that takes longer than its caller waits', async () => {
    const response = await post(placements(), endless(2500), { prefer: 'wait=1' });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([202, 'wait=1']);
    const done = await whenOver(addressOf(response));
    expect(done).toMatchObject({ state: 'done', answer: { stop: 'deadline', summary: { unplaced: 0 } } });
    const patient = await post(placements(), endless(300), { prefer: 'wait=20' });
    expect(patient.status).toBe(200);
  });

  it('shows the best so far, and how it goes', async () => {
    const window = endless(60_000);
    const address = addressOf(await submit(window));
    const before = await running(address);
    expect(before).toMatchObject({ state: 'running', answer: { stop: 'cancelled' }, progress: { unplaced: 0 } });
    expect(judge?.(window, before.answer!).faults ?? []).toEqual([]);
    const after = await read<JobDocument>(fetch(address, { method: 'DELETE' }));
    expect(after).toMatchObject({ state: 'cancelled', answer: { stop: 'cancelled' } });
    expect(after.answer!.objective).toBeLessThanOrEqual(before.answer!.objective!);
    expect(judge?.(window, after.answer!).faults ?? []).toEqual([]);
    // what is over stays as it is
    expect(await read<JobDocument>(fetch(address, { method: 'DELETE' }))).toEqual(after);
  });

  it('shows the best so far of a window whose equal entries are one', async () => {
    const tasks = [...endless(1).tasks, ...endless(1).tasks.map((task) => ({ ...task, id: `${task.id} again` }))];
    const nodes = endless(1).nodes.map((node) => ({ ...node, count: 2 }));
    const { times: _, ...window } = { ...endless(60_000), tasks, nodes };
    const address = addressOf(await submit(window));
    const before = await running(address);
    expect(before.answer!.summary.unplaced).toBe(0);
    expect(judge?.(window, before.answer!).faults ?? []).toEqual([]);
    const after = await read<JobDocument>(fetch(address, { method: 'DELETE' }));
    expect(after.answer!.objective).toBeLessThanOrEqual(before.answer!.objective!);
  });

  it('streams its progress, and resumes where a reader left off', async () => {
    const address = addressOf(await submit(endless(1500)));
    const response = await fetch(`${address}/events`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = eventsIn(await response.text());
    expect(events.map(({ id }) => id)).toEqual(events.map((_, k) => k + 1));
    expect(events.at(-1)).toMatchObject({ event: 'end', data: { state: 'done' } });
    const bounds = events.slice(0, -1).map(({ data }) => data.bound as number);
    expect(bounds.length).toBeGreaterThan(2);
    expect(bounds.at(-1)).toBeGreaterThan(bounds[0]!);
    const rest = await (await fetch(`${address}/events`, { headers: { 'last-event-id': '2' } })).text();
    expect(eventsIn(rest)).toEqual(events.slice(2));
    // nothing comes after the end, which browsers must be told; an id that never was is none
    const resume = (id: number) => fetch(`${address}/events`, { headers: { 'last-event-id': String(id) } });
    expect((await resume(events.length)).status).toBe(204);
    expect(eventsIn(await (await resume(events.length + 1)).text())).toEqual(events);
  });

  it('opens no stream for who only asks for the head of it', async () => {
    const address = addressOf(await submit(endless(60_000)));
    await running(address);
    const head = await fetch(`${address}/events`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/^placewright_event_streams 0$/m);
    await fetch(address, { method: 'DELETE' });
  });

  it('tells why a window is refused', async () => {
    const done = await whenOver(addressOf(await submit({ ...twoTasks, mode: 'some' } as never)));
    expect(done).toMatchObject({ state: 'failed', answer: null, problem: { status: 422, code: 'invalid_window' } });
  });

  it('that waits can be cancelled, and leaves no trace', async () => {
    const first = [addressOf(await submit(endless(60_000, 1))), addressOf(await submit(endless(60_000, 2)))];
    const address = addressOf(await submit(endless(600_000, 3)));
    expect(await read<JobDocument>(fetch(address))).toMatchObject({ state: 'queued', answer: null, deadline: null });
    expect(await read<JobDocument>(fetch(address, { method: 'DELETE' }))).toMatchObject({
      state: 'cancelled',
      answer: null,
      problem: { code: 'cancelled' },
    });
    for (const one of first) await fetch(one, { method: 'DELETE' });
    expect(server.desk.figures).toMatchObject({ waiting: 0, waitingBytes: 0, running: 0 });
  });

  it('is not there for those who do not know its id', async () => {
    for (const [path, method] of [
      ['', 'GET'],
      ['', 'DELETE'],
      ['/events', 'GET'],
    ] as const) {
      const response = await fetch(`${placements()}/5a0cb0b0-0000-4000-8000-000000000000${path}`, { method });
      expect([response.status, (await read<{ code: string }>(response)).code]).toEqual([404, 'not_found']);
    }
  });
});

describe('an Idempotency-Key', () => {
  const keyed = (window: WindowInput, key: string) => post(placements(), window, { 'idempotency-key': key });

  it('gets the same answer for the same body, to the byte', async () => {
    const [one, other] = await Promise.all([keyed(endless(500), 'k1'), keyed(endless(500), 'k1')]);
    const text = await one.text();
    expect(await other.text()).toBe(text);
    expect(await (await keyed(endless(500), 'k1')).text()).toBe(text);
    const { id } = JSON.parse(text) as Answer;
    expect(one.headers.get('content-location')).toBe(`/v1/placements/${id}`);
    expect((await read<JobDocument>(fetch(`${placements()}/${id}`))).answer).toEqual(JSON.parse(text));
  });

  it('is refused for another body, and when it is none', async () => {
    await keyed(twoTasks, 'k2');
    const other = await keyed({ ...twoTasks, seed: 2 }, 'k2');
    expect([other.status, (await read<{ code: string }>(other)).code]).toEqual([422, 'idempotency_mismatch']);
    const none = await keyed(twoTasks, 'k'.repeat(256));
    expect([none.status, (await read<{ code: string }>(none)).code]).toEqual([400, 'invalid_header']);
  });

  it('of a request that failed may be used again', async () => {
    expect((await keyed({ ...twoTasks, mode: 'some' } as never, 'k3')).status).toBe(422);
    expect((await keyed(twoTasks, 'k3')).status).toBe(200);
  });
});

describe('a queue', () => {
  it('refuses what it has no room for, and says when to come back', async () => {
    const small = await startServer({ logLevel: 'silent', port: 0, planners: 1, spares: 0, queueLength: 2 });
    try {
      const address = `${small.url}/v1/placements`;
      const jobs = [];
      for (let k = 0; k < 4; k++) jobs.push(await post(address, endless(60_000, k), { prefer: 'respond-async' }));
      expect(jobs.map(({ status }) => status)).toEqual([202, 202, 503, 503]);
      const refused = jobs.at(-1)!;
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await read<{ code: string }>(refused)).code).toBe('overloaded');
      expect((await fetch(`${small.url}/healthz`)).status).toBe(200);
    } finally {
      await small.close(0);
    }
  });
});

describe('a planner', () => {
  it('is replaced once it has served its time, and nobody notices', async () => {
    const worn = await startServer({ logLevel: 'silent', port: 0, planners: 1, spares: 1, recycleAfter: 3 });
    try {
      let metrics = '';
      while (!/^placewright_planner_restarts_total\{cause="recycled"\} [1-9]/m.test(metrics)) {
        const response = await post(`${worn.url}/v1/placements`, twoTasks);
        expect([response.status, (await read<Answer>(response)).objective]).toEqual([200, 1.5]);
        metrics = await (await fetch(`${worn.url}/metrics`)).text();
      }
      expect(metrics).toMatch(/^placewright_retries_total 0$/m);
    } finally {
      await worn.close(0);
    }
  });
});
