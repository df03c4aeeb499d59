import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Answer,
  type ClientOptions,
  type JobSnapshot,
  PlacewrightClient,
  PlacewrightError,
  type Progress,
} from '../../dist/client/index.js';
import {
  events,
  type FakeService,
  fakeClock,
  fakeService,
  halfOf,
  hangUp,
  json,
  problem,
  silence,
  text,
} from '../support/fake-service.ts';
import { twoTasks } from '../support/windows.ts';

const PLACE = 'POST /v1/placements';
const JOB = 'GET /v1/placements/j1';
const EVENTS = 'GET /v1/placements/j1/events';
const CANCEL = 'DELETE /v1/placements/j1';

const answer = { id: 'a1', status: 'optimal', objective: 1.5, assignments: [] } as unknown as Answer;
const job = (state: JobSnapshot['state'], more: Partial<JobSnapshot> = {}): JobSnapshot => ({
  id: 'j1',
  state,
  created: '2026-01-01T00:00:00Z',
  finished: null,
  expires: null,
  deadline: null,
  progress: null,
  answer: null,
  problem: null,
  ...more,
});
const accepted = json(202, job('queued'), { location: '/v1/placements/j1', 'retry-after': '1' });
const done = json(200, job('done', { answer }));
const step = (objective: number): Progress => ({ stage: 'solve', objective, unplaced: 0, bound: 1, gap: 0.1, ms: 5 });
const progress = (id: number) => `id: ${id}\nevent: progress\ndata: ${JSON.stringify(step(id))}\n\n`;
const end = (id: number) => `id: ${id}\nevent: end\ndata: {"state":"done"}\n\n`;

let service: FakeService;
let clock: ReturnType<typeof fakeClock>;
let client: PlacewrightClient;
const clientWith = (options: Partial<ClientOptions> = {}) =>
  new PlacewrightClient({ url: service.url, clock, ...options });
beforeEach(async () => {
  service = await fakeService();
  clock = fakeClock();
  client = clientWith();
});
afterEach(() => service.close());

const failure = (promise: Promise<unknown>): Promise<PlacewrightError> =>
  promise.then(
    () => expect.unreachable(),
    (error) => {
      expect(error).toBeInstanceOf(PlacewrightError);
      return error;
    },
  );
const routes = () => service.seen.map(({ route }) => route);

describe('place', () => {
  it('sends the window with a key of its own, and gives the answer', async () => {
    service.on(PLACE, json(200, answer));
    expect(await client.place(twoTasks)).toEqual(answer);
    await client.place(twoTasks);
    const [first, second] = service.seen;
    expect(JSON.parse(first!.body)).toEqual(twoTasks);
    expect(first!.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(first!.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/);
    expect(second!.headers['idempotency-key']).not.toBe(first!.headers['idempotency-key']);
    for (const name of ['prefer', 'priority', 'authorization']) expect(first!.headers).not.toHaveProperty(name);
  });

  it('sends what it is told to', async () => {
    service.on(PLACE, json(200, answer));
    const told = clientWith({ url: `${service.url}/`, key: 'secret', headers: { traceparent: '00-1-2-01' } });
    await told.place(twoTasks, { wait: 7, urgency: 1, idempotencyKey: 'mine' });
    expect(service.seen[0]).toMatchObject({
      route: PLACE,
      headers: {
        authorization: 'Bearer secret',
        traceparent: '00-1-2-01',
        prefer: 'wait=7',
        priority: 'u=1',
        'idempotency-key': 'mine',
      },
    });
  });

  it('finds a service below a path', async () => {
    service.on('GET /scheduler/v1/engines', json(200, []));
    expect(await clientWith({ url: `${service.url}/scheduler/` }).engines()).toEqual([]);
  });

  it('follows a job to its end by events', async () => {
    service.on(PLACE, accepted);
    service.on(EVENTS, events(`: hello\n\n${progress(1)}${progress(2)}${end(3)}`));
    service.on(JOB, done);
    const told: Progress[] = [];
    expect(await client.place(twoTasks, { onProgress: (each) => told.push(each) })).toEqual(answer);
    expect(told).toEqual([step(1), step(2)]);
    expect(routes()).toEqual([PLACE, EVENTS, JOB]);
    expect(service.seen[0]!.headers.prefer).toBe('respond-async');
    expect(clock.slept).toEqual([]);
  });

  it('takes a job that is over at its word', async () => {
    service.on(PLACE, json(202, job('done', { answer })));
    expect(await client.place(twoTasks)).toEqual(answer);
    expect(routes()).toEqual([PLACE]);
  });

  it.each([
    ['refused', problem(404, 'not_found')],
    ['no events', text(200, 'hello', { 'content-type': 'text/html' })],
    ['malformed', events('event: progress\ndata: {"sta\n\n')],
    ['broken off again and again', events('', 'drop')],
  ])('polls when the events are %s', async (_, reply) => {
    service.on(PLACE, accepted);
    service.on(EVENTS, reply);
    service.on(JOB, json(200, job('queued')), json(200, job('running')), done);
    expect(await client.place(twoTasks)).toEqual(answer);
    expect(clock.slept.slice(-2)).toEqual([250, 375]);
  });

  it('gives the best of a cancelled job, and the problem of a failed one', async () => {
    service.on(PLACE, accepted);
    service.on(EVENTS, events(end(1)));
    const best = { ...answer, status: 'feasible' };
    service.on(JOB, json(200, job('cancelled', { answer: best as Answer })));
    expect(await client.place(twoTasks)).toEqual(best);
    service.on(JOB, json(200, job('cancelled')));
    expect((await failure(client.place(twoTasks))).code).toBe('cancelled');
    const told = { type: '/docs#internal', title: 'T', status: 500, detail: 'D', code: 'internal' };
    service.on(JOB, json(200, job('failed', { problem: { ...told, faults: [], faultsLeftOut: 0 } })));
    expect(await failure(client.place(twoTasks))).toMatchObject({ code: 'internal', status: 500, message: 'T: D' });
  });

  it('throws what its progress callback throws', async () => {
    service.on(PLACE, accepted);
    service.on(EVENTS, events(progress(1), 'stay'));
    const fault = new Error('mine');
    const placing = client.place(twoTasks, {
      onProgress: () => {
        throw fault;
      },
    });
    await expect(placing).rejects.toBe(fault);
  });
});

describe('retries', () => {
  it('sends a placement again, with the same key, after what may pass', async () => {
    service.on(
      PLACE,
      hangUp,
      problem(503, 'overloaded', { 'retry-after': '2' }),
      problem(429, 'rate_limited', { 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }),
      json(200, answer),
    );
    expect(await client.place(twoTasks)).toEqual(answer);
    expect(clock.slept).toEqual([125, 2000 + 250, 5000 + 500]);
    expect(new Set(service.seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('sends it again when the answer breaks off, or a gateway fails', async () => {
    service.on(PLACE, halfOf(JSON.stringify(answer)), text(502, '<html>'), text(504, ''), json(200, answer));
    expect(await client.place(twoTasks)).toEqual(answer);
    expect(clock.slept).toEqual([125, 250, 500]);
  });

  it('gives up after so many', async () => {
    service.on(PLACE, problem(503, 'stopping', { 'retry-after': '1' }));
    expect(await failure(client.place(twoTasks))).toMatchObject({ code: 'stopping', status: 503, retryAfterMs: 1000 });
    expect(service.seen.length).toBe(4);
    expect((await failure(clientWith({ retries: 0 }).place(twoTasks))).code).toBe('stopping');
    expect(service.seen.length).toBe(5);
  });

  it('does not wait for what is far away', async () => {
    service.on('GET /v1/engines', problem(503, 'stopping', { 'retry-after': '61' }));
    expect(await failure(client.engines())).toMatchObject({ retryAfterMs: 61_000 });
    expect(service.seen.length).toBe(1);
  });

  it.each([
    ['a broken connection', hangUp, 1],
    ['503 without Retry-After', problem(503, 'overloaded'), 1],
    ['502', text(502, ''), 1],
    ['503 with Retry-After', problem(503, 'overloaded', { 'retry-after': '1' }), 4],
  ])('sends work without a key once, but %s', async (_, reply, times) => {
    service.on('POST /v1/comparisons', reply);
    await failure(client.compare(twoTasks));
    expect(service.seen.length).toBe(times);
  });

  it.each([
    ['400', problem(400, 'invalid_header')],
    ['401', problem(401, 'unauthorized')],
    ['422', problem(422, 'idempotency_mismatch')],
    ['500', problem(500, 'internal')],
    ['what can not be read', text(200, '{"id": ')],
    ['what is no answer', json(200, {})],
    ['what is no object', json(200, null)],
    ['a job without an id', json(202, { state: 'queued' })],
  ])('does not ask again after %s', async (_, reply) => {
    service.on(PLACE, reply);
    await failure(client.place(twoTasks));
    expect(service.seen.length).toBe(1);
  });

  it('never waits less than it was told, nor longer than is reasonable', async () => {
    service.on('GET /v1/engines', hangUp);
    clock = fakeClock(1);
    await failure(clientWith({ retries: 8 }).engines());
    expect(clock.slept).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    clock = fakeClock(0);
    service.on('GET /v1/engines', problem(429, 'rate_limited', { 'retry-after': '3' }));
    await failure(clientWith({ retries: 2 }).engines());
    expect(clock.slept).toEqual([3000, 3000]);
  });
});

describe('abort', () => {
  it('ends a request that is held, with the reason given', async () => {
    const stop = new AbortController();
    service.on(PLACE, () => stop.abort(new Error('enough')));
    await expect(client.place(twoTasks, { signal: stop.signal })).rejects.toThrow('enough');
    await expect(client.place(twoTasks, { signal: stop.signal })).rejects.toThrow('enough');
    expect(service.seen.length).toBe(1);
  });

  it('ends the wait for a retry', async () => {
    const stop = new AbortController();
    service.on(PLACE, problem(503, 'overloaded', { 'retry-after': '50' })); // the clock never gets there
    const placing = client.place(twoTasks, { signal: stop.signal });
    await expect.poll(() => service.seen.length).toBe(1);
    stop.abort(new Error('enough'));
    await expect(placing).rejects.toThrow('enough');
  });

  it('cancels the job that is followed', async () => {
    const stop = new AbortController();
    service.on(PLACE, accepted);
    service.on(EVENTS, events(progress(1), 'stay'));
    const cancelled = new Promise<void>((seen) =>
      service.on(CANCEL, (response, asked) => {
        json(200, job('cancelled'))(response, asked);
        seen();
      }),
    );
    const placing = client.place(twoTasks, { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
    await expect(placing).rejects.toThrow('enough');
    await cancelled;
  });
});

describe('jobs', () => {
  it('are handed in, looked at and cancelled', async () => {
    service.on(PLACE, accepted);
    service.on(JOB, json(200, job('running', { answer })));
    service.on(CANCEL, json(200, job('cancelled', { answer })));
    const submitted = await client.submit(twoTasks, { urgency: 7 });
    expect(submitted.id).toBe('j1');
    expect(service.seen[0]!.headers).toMatchObject({ prefer: 'respond-async', priority: 'u=7' });
    expect(await submitted.snapshot()).toMatchObject({ state: 'running', answer });
    expect(await submitted.cancel()).toMatchObject({ state: 'cancelled', answer });
  });

  it('are found by id, escaped', async () => {
    service.on('GET /v1/placements/a%2Fb', done);
    expect(await client.job('a/b').snapshot()).toMatchObject({ state: 'done' });
    for (const id of ['', '.', '..']) expect(() => client.job(id)).toThrow(TypeError);
    expect((await failure(client.job('other').snapshot())).code).toBe('not_found');
    service.on(JOB, json(200, { id: 'j1', state: 'lost' }));
    expect((await failure(client.job('j1').result())).code).toBe('malformed_answer');
  });

  it('are over at once where the answer was there', async () => {
    service.on(PLACE, json(200, answer));
    const submitted = await client.submit(twoTasks);
    expect(await submitted.result()).toEqual(answer);
    expect(await submitted.cancel()).toMatchObject({ state: 'done', answer });
    for await (const _ of submitted.progress()) expect.unreachable();
    expect(routes()).toEqual([PLACE]);
  });
});

describe('progress', () => {
  const all = async (steps: AsyncIterable<Progress>) => {
    const objectives: (number | null)[] = [];
    for await (const { objective } of steps) objectives.push(objective);
    return objectives;
  };

  it('goes on after dropped connections where it stopped', async () => {
    service.on(
      EVENTS,
      events(progress(1) + progress(2), 'drop'),
      events(''),
      hangUp,
      events(progress(2) + progress(3) + progress(4).slice(0, -1), 'end'), // tells 2 again, and half of 4
      problem(503, 'overloaded', { 'retry-after': '1' }),
      events(progress(4) + end(5)),
    );
    expect(await all(client.job('j1').progress())).toEqual([1, 2, 3, 4]);
    expect(service.seen.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2', '2', '2', '3', '3']);
  });

  it('gives up when nothing new comes', async () => {
    service.on(EVENTS, events(progress(1), 'drop'));
    const steps = client.job('j1').progress();
    expect((await steps.next()).value).toEqual(step(1));
    expect((await failure(steps.next())).code).toBe('connection_failed');
    expect(service.seen.length).toBe(4); // the first, and three more
  });

  it('takes a connection without heartbeats for dead', async () => {
    service.on(EVENTS, silence, events(end(1)));
    service.on(EVENTS, events(progress(1), 'stay'), events(end(2)));
    const idle = fakeClock();
    let silences = 0;
    const sleep: typeof idle.sleep = (ms, signal) => {
      if (ms < 30_000) return idle.sleep(ms, signal);
      // the second silence on the first connection is the last
      return ++silences === 2 ? Promise.resolve() : idle.sleep(ms, signal);
    };
    expect(
      await all(
        clientWith({ clock: { ...idle, sleep } })
          .job('j1')
          .progress(),
      ),
    ).toEqual([1]);
    expect(service.seen.length).toBe(2);
  });

  it('closes the connection when the loop is left', async () => {
    const closed = new Promise<void>((seen) =>
      service.on(EVENTS, (response, asked) => {
        response.on('close', seen);
        events(progress(1), 'stay')(response, asked);
      }),
    );
    for await (const each of client.job('j1').progress()) {
      expect(each).toEqual(step(1));
      break;
    }
    await closed;
  });

  it('ends with the reason of the signal', async () => {
    service.on(EVENTS, events(progress(1), 'stay'));
    const stop = new AbortController();
    const steps = client.job('j1').progress({ signal: stop.signal });
    await steps.next();
    stop.abort(new Error('enough'));
    await expect(steps.next()).rejects.toThrow('enough');
  });
});

describe('the other operations', () => {
  it.each([
    ['comparisons', twoTasks, () => client.compare(twoTasks, { urgency: 2 })],
    ['verifications', { window: twoTasks, plan: [] }, () => client.verify(twoTasks, [])],
    [
      'quotes',
      { window: twoTasks, task: { id: 'c', demand: {} } },
      () => client.quote(twoTasks, { id: 'c', demand: {} }),
    ],
    [
      'quotes',
      { window: twoTasks, task: { id: 'c', demand: {} }, plan: [], times: [1] },
      () => client.quote(twoTasks, { id: 'c', demand: {} }, { plan: [], times: [1] }),
    ],
    ['frontiers', { window: twoTasks }, () => client.frontier(twoTasks)],
    ['frontiers', { window: twoTasks, moves: [0, null] }, () => client.frontier(twoTasks, { moves: [0, null] })],
  ])('%s', async (operation, body, ask) => {
    service.on(`POST /v1/${operation}`, json(200, { here: true }));
    expect(await ask()).toEqual({ here: true });
    expect(JSON.parse(service.seen[0]!.body)).toEqual(body);
  });

  it('tells whether the service is ready', async () => {
    service.on('GET /readyz', json(200, { status: 'ready' }));
    expect(await client.ready()).toBe(true);
    service.on('GET /readyz', problem(503, 'stopping', { 'retry-after': '1' }));
    expect(await client.ready()).toBe(false);
    service.on('GET /readyz', hangUp);
    expect(await client.ready()).toBe(false);
    service.on('GET /readyz', problem(401, 'unauthorized'));
    expect((await failure(client.ready())).status).toBe(401);
  });
});

describe('errors', () => {
  it('carry the problem document', async () => {
    const fault = { code: 'missing_field', pointer: '/tasks', expected: 'a list', found: 'nothing', hint: 'Maybe.' };
    service.on(PLACE, problem(422, 'invalid_window', {}, { faults: [fault] }));
    const error = await failure(client.place({ tasks: [], nodes: [] }));
    expect(error).toMatchObject({ name: 'PlacewrightError', status: 422, code: 'invalid_window', faults: [fault] });
    expect(error.message).toBe('It is invalid_window: Maybe.');
  });

  it('tell of refusals without one, and of connections', async () => {
    service.on('GET /v1/engines', text(403, '<html>no</html>'));
    expect(await failure(client.engines())).toMatchObject({
      status: 403,
      code: 'http_error',
      problem: null,
      faults: [],
    });
    service.on('GET /v1/engines', json(403, { code: 5 }));
    expect(await failure(client.engines())).toMatchObject({ status: 403, code: 'http_error' });
    service.on('GET /v1/engines', hangUp);
    const broken = await failure(clientWith({ retries: 0 }).engines());
    expect(broken).toMatchObject({ status: null, code: 'connection_failed' });
    expect(broken.cause).toBeInstanceOf(Error);
  });

  it('of the caller are thrown as they are', async () => {
    expect(() => clientWith({ url: 'nowhere' })).toThrow(TypeError);
    await expect(client.place(twoTasks, { idempotencyKey: 'a\nb' })).rejects.toThrow(TypeError);
    expect(service.seen).toEqual([]);
  });
});
