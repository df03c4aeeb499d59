import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { Desk } from '../../dist/api/jobs/desk.js';
import { Job, type JobRequest, type Outcome } from '../../dist/api/jobs/job.js';
import { JobStore } from '../../dist/api/jobs/store.js';
import type { Planner } from '../../dist/api/planners/planner.js';
import { completed } from '../../dist/api/settings/load.js';
import type { Settings } from '../../dist/api/settings/schema.js';
import type { Answer } from '../../dist/model/answer.js';
import { now } from '../../dist/solver/budget.js';
import { endless } from '../support/endless.ts';
import { allReady, until } from '../support/until.ts';
import { twoTasks } from '../support/windows.ts';

const open: Desk[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((desk) => desk.close(0)));
});

/** A desk of its own, and what its planners died of. */
async function deskWith(settings: Partial<Settings>) {
  const ended: string[] = [];
  let again = 0;
  const desk = new Desk(completed({ planners: 1, spares: 1, ...settings }), {
    ended: (cause) => ended.push(cause),
    again: () => again++,
  });
  open.push(desk);
  await desk.ready();
  await allReady(desk);
  return { desk, ended, retries: () => again };
}

const request = (body: object | string, more: Partial<JobRequest> = {}): JobRequest => ({
  operation: 'placements',
  body: [Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))],
  client: 'a',
  urgency: 3,
  started: now(),
  ...more,
});
/** A job of a window that takes all the time it is given. */
const endlessJob = (desk: Desk, deadlineMs: number, seed = 1, client = 'a'): Job =>
  taken(desk.submit(request(endless(deadlineMs, seed), { client })));
const taken = (job: Job | Outcome): Job => {
  if (job instanceof Job) return job;
  throw new Error(Buffer.from(job.bytes).toString());
};
const never = new AbortController().signal;
const answerOf = ({ bytes }: Outcome) => JSON.parse(Buffer.from(bytes).toString()) as Answer;
/** Stops the planner that works, as a loop without end would. */
const hang = (desk: Desk) => process.kill(desk.figures.planners.find(({ inHand }) => inHand > 0)!.pid!, 'SIGSTOP');
/** The first two planners of a desk: one hangs while it warms up, and the other, whose turn comes nevertheless, dies. */
async function hungAndDead(desk: Desk): Promise<readonly [hung: Planner, dead: Planner]> {
  const [hung] = desk.figures.planners;
  process.kill(hung!.pid!, 'SIGSTOP');
  await until(() => desk.figures.planners.length > 1);
  const [, dead] = desk.figures.planners;
  process.kill(dead!.pid!, 'SIGKILL');
  return [hung!, dead!];
}

describe('a desk', () => {
  it('takes windows once one of its planners is ready, though another hangs and a third died', async () => {
    const desk = new Desk(completed({ planners: 2, spares: 1 }));
    open.push(desk);
    const [hung] = await hungAndDead(desk);
    await desk.ready();
    expect([desk.unready, hung.isReady]).toEqual([null, false]);
    const job = taken(desk.submit(request({ ...twoTasks, deadlineMs: 60_000 })));
    expect((await job.whenOver(never))?.status).toBe(200);
  });

  it('takes windows once the successor of a planner is ready, though the other of the first hangs', async () => {
    const desk = new Desk(completed({ planners: 2, spares: 0 }));
    open.push(desk);
    const [, dead] = await hungAndDead(desk);
    await desk.ready();
    expect([desk.unready, desk.figures.planners.includes(dead)]).toEqual([null, false]);
    expect(taken(desk.submit(request(twoTasks))).over).toBe(false);
  });

  it('gives no job to a planner that has served its time', async () => {
    const { desk, ended, retries } = await deskWith({ recycleAfter: 2 });
    for (let k = 0; ended.length < 3; k++) {
      const outcome = await taken(desk.submit(request({ ...twoTasks, seed: k }))).whenOver(never);
      expect(outcome?.status).toBe(200);
      // one more than there should be at most: the successor is ready before
      expect(desk.figures.planners.filter(({ isReady }) => isReady).length).toBeGreaterThanOrEqual(2);
      expect(desk.figures.planners.length).toBeLessThanOrEqual(3);
    }
    expect(new Set(ended)).toEqual(new Set(['recycled']));
    expect(retries()).toBe(0);
  });

  it('replaces a planner that has long jobs all the time, none of which notices', async () => {
    const { desk, ended, retries } = await deskWith({ planners: 1, spares: 0, recycleAfter: 2 });
    const begin = async (k: number) => {
      const job = endlessJob(desk, 600_000, k, `client ${k}`); // the first of each need not wait
      await until(() => job.progress !== null);
      return job;
    };
    let before = await begin(0);
    for (let k = 1; ended.length === 0; k++) {
      const next = await begin(k);
      desk.cancel(before);
      expect((await before.whenOver(never))?.status).toBe(200);
      expect(desk.figures.planners.length).toBeLessThanOrEqual(3);
      before = next;
    }
    expect(before.over).toBe(false); // it works on, at the successor
    expect([ended, retries()]).toEqual([['recycled'], 0]);
  });

  it('refuses a large body that could be in time alone, but not beside others', async () => {
    const { desk } = await deskWith({ planners: 2, spares: 0 });
    const bytes = 4_000_000;
    const text = JSON.stringify({
      deadlineMs: Math.round(35 + (1 + 0.5 / availableParallelism()) * 1.2e-4 * bytes),
      tasks: twoTasks.tasks, // after the deadline, which is read while the rest arrives
      nodes: twoTasks.nodes,
    });
    const large = () => desk.submit(request(text.padEnd(bytes)));
    const alone = taken(large());
    expect(alone.over).toBe(false);
    expect((await alone.whenOver(never))?.status).toBe(200);
    const other = endlessJob(desk, 60_000);
    expect(large()).toMatchObject({ status: 503, retryAfter: expect.any(Number) });
    const small = { ...twoTasks, deadlineMs: 9_000 };
    expect((await taken(desk.submit(request(small))).whenOver(never))?.status).toBe(200);
    expect(other.over).toBe(false);
  });

  it('has a job that was promised an answer go beside another before it would be late', async () => {
    const { desk } = await deskWith({ planners: 1, spares: 0 });
    const other = endlessJob(desk, 9_000);
    const promised = taken(desk.submit(request({ ...twoTasks, deadlineMs: 300 })));
    promised.promised = true;
    expect((await promised.whenOver(never))?.status).toBe(200);
    expect(other.over).toBe(false);
  });

  it('ends a job that is cancelled though its planner hangs', async () => {
    const { desk, ended } = await deskWith({});
    const job = endlessJob(desk, 3_600_000);
    await until(() => job.progress !== null);
    const before = answerOf({ status: 200, bytes: (await desk.look(job))!, facts: null });
    hang(desk);
    desk.cancel(job);
    const outcome = await job.whenOver(never);
    expect([job.state, outcome?.status, ended]).toEqual(['cancelled', 200, ['overdue']]);
    expect(answerOf(outcome!).objective!).toBeLessThanOrEqual(before.objective! * (1 + 1e-9));
  });

  it('ends every job when it closes, whatever its planners do, with what was put aside of it', async () => {
    const { desk } = await deskWith({ planners: 2, spares: 0 });
    const looked = endlessJob(desk, 3_600_000, 1);
    await until(() => looked.progress !== null);
    const best = Buffer.from((await desk.look(looked))!);
    hang(desk);
    const other = endlessJob(desk, 3000, 2);
    await until(() => desk.figures.running === 2);
    for (const { pid } of desk.figures.planners) process.kill(pid!, 'SIGSTOP');
    await desk.close(0);
    expect([looked.state, looked.outcome?.status]).toEqual(['cancelled', 200]);
    expect(Buffer.from(looked.outcome!.bytes).equals(best)).toBe(true);
    expect([other.state, other.outcome?.status, other.outcome?.retryAfter]).toEqual(['failed', 503, 1]);
  });

  it('does not hold against a job that its neighbour used up the memory', async () => {
    const { desk, ended } = await deskWith({ planners: 1, spares: 0 });
    const jobs = ['a', 'b'].map((client, seed) => endlessJob(desk, 9000, seed, client)); // the first of each need not wait
    for (let k = 0; k < 2; k++) {
      await until(() => desk.figures.planners.some(({ inHand }) => inHand === 2));
      process.kill(desk.figures.planners[0]!.pid!, 'SIGABRT');
      await until(() => ended.length > k);
    }
    for (const job of jobs) expect((await job.whenOver(never))?.status).toBe(200);
    expect(ended).toEqual(['out-of-memory', 'out-of-memory']);
  });

  it('refuses what waits when planners can not be started, and goes on once they can', async () => {
    const { desk, ended } = await deskWith({ planners: 1, spares: 0 });
    process.env.NODE_OPTIONS = '--no-such-option';
    try {
      desk.kill();
      await until(() => ended.length > 1);
      const job = taken(desk.submit(request({ ...twoTasks, deadlineMs: 50 })));
      expect(await job.whenOver(never)).toMatchObject({ status: 503, retryAfter: 10 });
    } finally {
      delete process.env.NODE_OPTIONS;
    }
    const job = taken(desk.submit(request({ ...twoTasks, deadlineMs: 60_000 })));
    expect((await job.whenOver(never))?.status).toBe(200);
  });

  it('asks a planner once for all who look at the same time', async () => {
    const { desk } = await deskWith({ spares: 0 });
    const job = endlessJob(desk, 60_000);
    await until(() => job.progress !== null);
    const looks = await Promise.all(Array.from({ length: 50 }, () => desk.look(job)));
    expect(new Set(looks.map((bytes) => Buffer.from(bytes!).toString())).size).toBe(1);
    desk.cancel(job);
    await job.whenOver(never);
  });
});

describe('a job', () => {
  it.each([
    ['1500', 1500],
    ['1e3', 1000],
    ['2.5E+2', 250],
    ['"7"', 1000],
    ['null', 1000],
  ])('that says "deadlineMs": %s is taken for one of %i ms until it is read', (text, ms) => {
    expect(new Job(request(`{"tasks": [], "deadlineMs": ${text}}`)).deadlineMs).toBe(ms);
  });

  it('is waited for until a time, a signal or its end, and nobody is left waiting', async () => {
    const job = new Job(request({}));
    const leave = new AbortController();
    const waits = [job.whenOver(never, 1), job.whenOver(leave.signal), job.whenOver(never)];
    expect(await waits[0]).toBeNull();
    leave.abort();
    expect(await waits[1]).toBeNull();
    const outcome = { status: 200, bytes: Buffer.from('{}'), facts: null };
    job.end('done', outcome);
    expect(await waits[2]).toBe(outcome);
    expect(await job.whenOver(AbortSignal.abort())).toBe(outcome);
  });
});

describe('a store', () => {
  const over = (store: JobStore, status = 200, bytes = 10): Job => {
    const job = new Job(request({}));
    job.kept = true;
    store.add(job);
    store.setKey(job, 'key', 'digest');
    job.end(status === 200 ? 'done' : 'cancelled', { status, bytes: Buffer.alloc(bytes), facts: null });
    return job;
  };

  it('keeps an answer for its key', () => {
    const store = new JobStore({ keepMs: 60_000, keepBytes: 100_000 });
    const job = over(store);
    expect([store.find(job.id, 'a'), store.withKey('a', 'key', 'digest')]).toEqual([job, { job, same: true }]);
    expect(store.withKey('b', 'key', 'digest')).toBeNull();
    store.close();
  });

  it.each([
    ['whose answer is larger than all that is kept', 60_000, 100_000, 200, 100_000],
    ['that was cancelled before its turn', 60_000, 100_000, 409, 10],
    ['where nothing is to be kept', 60_000, 0, 200, 10],
  ])('forgets the key of a job %s', (_, keepMs, keepBytes, status, bytes) => {
    const store = new JobStore({ keepMs, keepBytes });
    over(store, status, bytes);
    expect(store.withKey('a', 'key', 'digest')).toBeNull();
    store.close();
  });

  it('keeps nothing where it is to be kept for no time', async () => {
    const store = new JobStore({ keepMs: 0, keepBytes: 100_000 });
    const job = over(store);
    await until(() => store.find(job.id, 'a') === null);
    store.close();
  });
});
