import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { afterEach, describe, expect, it } from 'vitest';
import { newKey } from '../../dist/api/guard/keys.js';
import { Desk } from '../../dist/api/jobs/desk.js';
import type { Job } from '../../dist/api/jobs/job.js';
import { openLog } from '../../dist/api/observe/log.js';
import { createMetrics } from '../../dist/api/observe/metrics.js';
import { deskReadings } from '../../dist/api/observe/watch-desk.js';
import { createApp } from '../../dist/api/routes/app.js';
import { completed } from '../../dist/api/settings/load.js';
import type { Settings } from '../../dist/api/settings/schema.js';
import type { JobDocument } from '../../dist/model/job.js';
import { endless } from '../support/endless.ts';
import { post, read } from '../support/http.ts';
import { allReady, until } from '../support/until.ts';

/** What happened at a desk: a job came, was begun, was over. */
interface Happening {
  readonly what: 'came' | 'begun' | 'over';
  readonly client: string;
  readonly job: Job;
}

/** A service whose desk is watched: who came, began and ended, in that order. */
async function watched(settings: Partial<Settings>) {
  const [a, b] = [newKey(), newKey()];
  const keys = [
    { name: 'a', hash: a.hash },
    { name: 'b', hash: b.hash },
  ];
  const all = completed({ planners: 2, spares: 0, keys, ...settings });
  const happened: Happening[] = [];
  const note = (what: Happening['what']) => (job: Job) => happened.push({ what, client: job.client, job });
  const desk = new Desk(all, { begun: note('begun'), over: note('over') });
  const submit = desk.submit.bind(desk);
  desk.submit = (request) => {
    const job = submit(request);
    if ('id' in job) note('came')(job);
    return job;
  };
  await desk.ready();
  await allReady(desk);
  const metrics = createMetrics(deskReadings(() => desk, { open: 0 }));
  const log = openLog({ level: 'silent', file: null });
  const { fetch: handle } = createApp({ desk, settings: all, log, metrics, streams: { open: 0 } });
  const server = serve({ fetch: handle, port: 0, hostname: '127.0.0.1' });
  if (!server.listening) await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/placements`;
  const send =
    (key: string) =>
    (window: object | string, headers: Record<string, string> = {}): Promise<Response> =>
      post(url, window, { authorization: `Bearer ${key}`, ...headers });
  close = async () => {
    await desk.close(0);
    metrics.close();
    await log.close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { desk, happened, url, a: send(a.key), b: send(b.key) };
}
let close = async () => {};
afterEach(() => close());

const async = { prefer: 'respond-async' };

describe('one client that sends a thousand windows', () => {
  const MANY = 1000;
  const CONNECTIONS = 100;

  /**
   * The line that is asked for: another's single window waits for two solve slots at most. A slot is one job having a
   * planner, so what is counted while the window waits is how many jobs of the other client are begun before it, and
   * how many end: neither is more than two, however many wait.
   */
  it.each([
    ['that wait for planners', 400, {}],
    ['that are due as they come', 40, {}],
    ['whose answers it does not wait for', 400, async],
    ['that are due as they come and whose answers it does not wait for', 40, async],
  ] as const)('%s delays a window of another by no more than two of its own', async (_, deadlineMs, headers) => {
    const { happened, a, b } = await watched({});
    let sent = 0;
    let served = false;
    const statuses = new Set<number>();
    const flood = async () => {
      while (sent < MANY || !served) {
        const response = await a(endless(deadlineMs, sent++ % 100), headers);
        statuses.add(response.status);
        await response.arrayBuffer();
      }
    };
    const floods = Array.from({ length: CONNECTIONS }, flood);
    for (let k = 1; k <= 3; k++) {
      await until(() => sent > (k * MANY) / 4);
      const response = await b(endless(300, k));
      expect.soft(response.status).toBe(200);
      await response.arrayBuffer();
    }
    served = true;
    await Promise.all(floods);
    expect([...statuses].filter((status) => ![200, 202, 503].includes(status))).toEqual([]);
    for (const { job } of happened.filter(({ what, client }) => what === 'came' && client === 'b')) {
      const at = (wanted: Happening['what']) =>
        happened.findIndex(({ what, job: one }) => what === wanted && one === job);
      const meanwhile = happened.slice(Math.min(at('came'), at('begun')), at('begun'));
      const count = (wanted: Happening['what']) =>
        meanwhile.filter(({ what, client }) => what === wanted && client === 'a').length;
      expect.soft(count('begun')).toBeLessThanOrEqual(2);
      expect.soft(count('over')).toBeLessThanOrEqual(2);
    }
  });
});

it('the most urgent begins first, whoever came before', async () => {
  const { desk, happened, a } = await watched({ planners: 1 });
  const first = a(endless(1000));
  await until(() => desk.figures.running === 1);
  const urgencies = [7, 3, 0, 5];
  const others = urgencies.map((urgency) => a(endless(9000, urgency), { priority: `u=${urgency}`, ...async }));
  await Promise.all(others);
  for (const { job } of happened.filter(({ what }) => what === 'came').slice(1))
    void job.watch(() => job.progress && desk.cancel(job));
  await first;
  await until(() => desk.figures.running + desk.figures.waiting === 0);
  const begun = happened.filter(({ what }) => what === 'begun').map(({ job }) => job.urgency);
  expect(begun).toEqual([3, 0, 3, 5, 7]);
});

describe('long windows', () => {
  const settings = { planners: 2, longMs: 500, longShare: 0.5 };

  it('leave a planner to others', async () => {
    const { desk, happened, a, b } = await watched(settings);
    for (let k = 0; k < 4; k++) expect((await a(endless(600_000, k), async)).status).toBe(202);
    expect(desk.figures).toMatchObject({ running: 1, waiting: 3 });
    for (let k = 0; k < 3; k++) expect((await b(endless(100, k))).status).toBe(200);
    expect((await b(endless(2 ** 30))).status).toBe(422); // longer than any may be: refused at once
    expect(happened.filter(({ what, client }) => what === 'begun' && client === 'a').length).toBe(1);
  });

  it('that are due go where long ones are', async () => {
    const { desk, a } = await watched(settings);
    for (let k = 0; k < 2; k++) await a(endless(4000, k), async);
    await until(() => desk.figures.running === 2);
    expect(desk.figures.planners.map(({ inHand }) => inHand).sort()).toEqual([0, 2]);
  });

  it('that do not say so at first wait again once they are read', async () => {
    const { desk, happened, a, url } = await watched(settings);
    const hidden = (seed: number) =>
      JSON.stringify(endless(600_000, seed)).replace('"deadlineMs"', '"\\u0064eadlineMs"');
    const jobs = [];
    for (let k = 0; k < 2; k++) jobs.push(await read<JobDocument>(a(hidden(k), async)));
    await until(() => happened.filter(({ what }) => what === 'begun').length === 2);
    await until(() => desk.figures.running === 1);
    const states = happened.filter(({ what }) => what === 'came').map(({ job }) => job.state);
    expect(states.sort()).toEqual(['queued', 'running']);
    expect((await a(endless(100))).status).toBe(200);
    for (const { job } of happened.filter(({ what, job: { over } }) => what === 'came' && !over)) desk.cancel(job);
    await until(() => happened.filter(({ what }) => what === 'over').length === 3);
    expect(happened.map(({ job }) => job.outcome?.status)).not.toContain(500);
    expect([url.length > 0, jobs.length]).toEqual([true, 2]);
  });
});
