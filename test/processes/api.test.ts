import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterWindow } from '../../bench/generate.mjs';
import { Desk } from '../../dist/api/jobs/desk.js';
import { openLog } from '../../dist/api/observe/log.js';
import { createMetrics } from '../../dist/api/observe/metrics.js';
import { deskReadings } from '../../dist/api/observe/watch-desk.js';
import type { Problem } from '../../dist/api/problem.js';
import { PROBLEMS } from '../../dist/api/problem.js';
import { createApp } from '../../dist/api/routes/app.js';
import { type RunningServer, startServer } from '../../dist/api/server.js';
import { completed } from '../../dist/api/settings/load.js';
import type { Answer } from '../../dist/model/answer.js';
import { FAULT_CODES } from '../../dist/model/faults.js';
import type { WindowInput } from '../../dist/model/window.js';
import type { Assessment } from '../../dist/solver/assess.js';
import type { Comparison } from '../../dist/solver/comparison.js';
import { endless } from '../support/endless.ts';
import { type Judge, loadJudge } from '../support/judge.ts';
import { twoTasks } from '../support/windows.ts';

const settings = completed({ planners: 1, spares: 0, maxBodyBytes: 1_000_000 });
const desk = new Desk(settings);
const metrics = createMetrics(deskReadings(() => desk, { open: 0 }));
const log = openLog({ level: 'silent', file: null });
const app = createApp({ desk, settings, log, metrics, streams: { open: 0 } });
let judge: Judge | null = null;
beforeAll(async () => {
  [judge] = await Promise.all([loadJudge(), desk.ready()]);
});
afterAll(() => desk.close());

const post = (path: string, body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  app.request(path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** The JSON of a response, as what it should be. */
const read = async <T>(response: Response | Promise<Response>): Promise<T> => (await (await response).json()) as T;

describe('POST /v1/placements', () => {
  it('answers every example, and the judge accepts', async () => {
    const names = (await (await app.request('/v1/examples')).json()) as string[];
    expect(names).toContain('small');
    for (const name of names) {
      const window = (await (await app.request(`/v1/examples/${name}`)).json()) as WindowInput;
      const response = await post('/v1/placements', window);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      const answer = await read<Answer>(response);
      expect(['optimal', 'feasible']).toContain(answer.status);
      expect(judge?.(window, answer).faults ?? []).toEqual([]);
    }
  });

  it('answers 200 for what is infeasible', async () => {
    const response = await post('/v1/placements', { ...twoTasks, unplaced: 'forbid', nodes: [] });
    expect([response.status, (await read<Answer>(response)).status]).toEqual([200, 'infeasible']);
  });

  const refusals: [string, () => Response | Promise<Response>, number, string][] = [
    ['no JSON', () => post('/v1/placements', '{"tasks": ['), 400, 'malformed_json'],
    ['nothing', () => post('/v1/placements', ''), 400, 'malformed_json'],
    [
      'a form',
      () => post('/v1/placements', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'unsupported_media_type',
    ],
    [
      'JSON that is said to be compressed',
      () => post('/v1/placements', '{}', { 'content-type': 'application/json', 'content-encoding': 'gzip' }),
      400,
      'malformed_body',
    ],
    ['an invalid window', () => post('/v1/placements', { tasks: [{ id: 'a' }], nodes: 3 }), 422, 'invalid_window'],
    [
      'Infinity',
      () => post('/v1/placements', '{"tasks":[{"id":"a","demand":{"cpu":1e999}}],"nodes":[]}'),
      422,
      'invalid_window',
    ],
    [
      '1e308',
      () => post('/v1/placements', '{"tasks":[{"id":"a","demand":{"cpu":1e308}}],"nodes":[]}'),
      422,
      'invalid_window',
    ],
    [
      'NaN',
      () => post('/v1/placements', '{"tasks":[{"id":"a","demand":{"cpu":NaN}}],"nodes":[]}'),
      400,
      'malformed_json',
    ],
    [
      'nesting 10,000 deep',
      () => post('/v1/placements', `{"tasks":${'['.repeat(10_000)}${']'.repeat(10_000)},"nodes":[]}`),
      422,
      'invalid_window',
    ],
    [
      'nesting 10,000 objects deep',
      () => post('/v1/placements', `${'{"tasks":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
      422,
      'invalid_window',
    ],
    [
      '__proto__ as a resource',
      () => post('/v1/placements', '{"tasks":[{"id":"a","demand":{"__proto__":1}}],"nodes":[]}'),
      422,
      'invalid_window',
    ],
    [
      'an id of almost 1 MB',
      () => post('/v1/placements', { ...twoTasks, tasks: [{ id: 'a'.repeat(900_000), demand: {} }] }),
      422,
      'invalid_window',
    ],
    [
      'a body over the limit',
      () => post('/v1/placements', { ...twoTasks, name: 'x'.repeat(1_000_001) }),
      413,
      'too_large',
    ],
    ['another method', () => app.request('/v1/placements'), 405, 'method_not_allowed'],
    ['nothing', () => app.request('/v1/'), 404, 'not_found'],
    ['another address', () => app.request('/v1/placement'), 404, 'not_found'],
    ['an example that is not there', () => app.request('/v1/examples/..%2f..%2fpackage'), 404, 'not_found'],
  ];
  it.each(refusals)('refuses %s with a problem document', async (_, ask, status, code) => {
    const response = await ask();
    const problem = await read<Problem>(response);
    expect([response.status, problem.code]).toEqual([status, code]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(problem).toMatchObject({
      status,
      type: `/docs#${code}`,
      title: PROBLEMS[code as keyof typeof PROBLEMS].title,
      detail: expect.stringContaining('Maybe'),
    });
    expect(problem.detail.length).toBeLessThan(500);
    if (code === 'invalid_window') expect(problem.faults.length).toBeGreaterThan(0);
  });

  it('lists every fault, and counts those beyond the limit', async () => {
    const tasks = Array.from({ length: 500 }, (_, i) => ({ id: `t${i}`, demand: { cpu: -1 } }));
    const problem = await read<Problem>(post('/v1/placements', { ...twoTasks, tasks }));
    expect([problem.faults.length, problem.faultsLeftOut]).toEqual([200, 300]);
  });
});

describe('POST /v1/comparisons', () => {
  it('sets every heuristic beside the optimum', async () => {
    const { optimum, heuristics } = await read<Comparison>(post('/v1/comparisons', twoTasks));
    expect(optimum).toMatchObject({ status: 'optimal', objective: 1.5, bound: 1.5, unplaced: 0 });
    expect(heuristics.length).toBe(12);
    expect(heuristics[0]).toMatchObject({
      name: 'first-fit',
      objective: 1.5,
      unplaced: 0,
      regret: 0,
      ms: expect.any(Number),
    });
  });
});

describe('POST /v1/verifications', () => {
  const verify = async (plan: unknown, window: unknown = twoTasks) => {
    const response = await post('/v1/verifications', { window, plan });
    return { status: response.status, ...(await read<Assessment>(response)) };
  };

  it('says how far a feasible plan is from the optimum', async () => {
    const plan = [
      { task: 'a', node: 'y', copies: 1 },
      { task: 'b', node: 'y', copies: 1, time: 1, cost: 1 },
    ];
    expect(await verify(plan)).toMatchObject({
      status: 200,
      feasible: true,
      breaches: [],
      objective: 2,
      best: { objective: 1.5, status: 'optimal' },
      regret: 1 / 3,
      gap: 0.25,
    });
  });

  it('says which rules a plan breaks', async () => {
    const plan = [
      { task: 'a', node: 'x', copies: 1 },
      { task: 'b', node: 'x', copies: 1 },
      { task: 'z', node: 'x', copies: 1 },
    ];
    const report = await verify(plan);
    expect(report).toMatchObject({ status: 200, feasible: false, regret: null, gap: null });
    expect(report.breaches.map(({ code }) => code)).toEqual(['unknown-task', 'over-capacity']);
  });

  it('points into the body when it is not one', async () => {
    expect(await verify([{ task: 'a', node: 'x' }], { ...twoTasks, mode: 'some' })).toMatchObject({
      status: 422,
      faults: [
        { pointer: '/plan/0/copies', code: 'missing_field' },
        { pointer: '/window/mode', code: 'unknown_value' },
      ],
    });
    expect(await verify([{ task: 'a', node: 'x', copies: 1e300 }])).toMatchObject({
      status: 422,
      faults: [{ pointer: '/plan/0/copies', code: 'out_of_range' }],
    });
    expect((await post('/v1/verifications', 'null')).status).toBe(422);
    expect((await post('/v1/verifications', '[]')).status).toBe(422);
  });
});

describe('POST /v1/quotes', () => {
  it('tells where a task fits, and points into a body that is none', async () => {
    const task = { id: 'c', demand: { cpu: 2 } };
    const plan = [{ task: 'a', node: 'x', copies: 1 }];
    const quoted = await post('/v1/quotes', { window: twoTasks, task, plan });
    expect(quoted.status).toBe(200);
    expect(await read(quoted)).toMatchObject({
      task: 'c',
      nodes: [{ node: 'y', cost: 1 }],
      reasons: [{ code: 'full' }],
    });
    const refused = await post('/v1/quotes', { window: twoTasks, task: { ...task, id: 'a' } });
    expect(refused.status).toBe(422);
    expect(await read(refused)).toMatchObject({ code: 'invalid_window', faults: [{ pointer: '/task/id' }] });
  });
});

describe('POST /v1/frontiers', () => {
  it('tells the least objective for each number of moves, and points into a body that is none', async () => {
    const tasks = twoTasks.tasks.map((task) => ({ ...task, current: 'y' }));
    const drawn = await post('/v1/frontiers', { window: { ...twoTasks, tasks } });
    expect(drawn.status).toBe(200);
    expect(await read(drawn)).toMatchObject({
      points: [
        { moves: 0, objective: 2, status: 'optimal' },
        { moves: 1, objective: 1.5, status: 'optimal' },
        { moves: null, objective: 1.5, status: 'optimal' },
      ],
    });
    const refused = await post('/v1/frontiers', { window: twoTasks, moves: [-1] });
    expect([refused.status, (await read<Problem>(refused)).faults[0]!.pointer]).toEqual([422, '/moves/0']);
  });
});

interface OpenApi {
  openapi: string;
  paths: object;
  components: {
    schemas: {
      Window: {
        required: string[];
        additionalProperties: boolean;
        properties: { times: object; tasks: { items: { properties: { weight: object } } } };
      };
    };
  };
}

describe('what can be read', () => {
  it('lists heuristics and engines', async () => {
    const heuristics = await read<{ name: string }[]>(app.request('/v1/heuristics'));
    expect(heuristics.map(({ name }) => name)).toEqual([
      'first-fit',
      'priority',
      'largest-demand-first',
      'shortest-job-first',
      'shortest-remaining-time-first',
      'fastest-node',
      'best-fit',
      'worst-fit',
      'random',
      'kube-least-allocated',
      'nomad-binpack',
      'price-greedy',
    ]);
    expect((await read<{ name: string }[]>(app.request('/v1/engines'))).map(({ name }) => name)).toEqual([
      'glpk',
      'highs',
      'jslp',
    ]);
    expect(await (await app.request('/healthz')).json()).toEqual({ status: 'ok', version: '0.1.0' });
  });

  it('describes itself as OpenAPI 3.1, from the schemas that validate', async () => {
    const document = await read<OpenApi>(app.request('/openapi.json'));
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/healthz',
      '/metrics',
      '/readyz',
      '/v1/comparisons',
      '/v1/engines',
      '/v1/examples',
      '/v1/examples/{name}',
      '/v1/frontiers',
      '/v1/heuristics',
      '/v1/placements',
      '/v1/placements/{id}',
      '/v1/placements/{id}/events',
      '/v1/quotes',
      '/v1/verifications',
    ]);
    const window = document.components.schemas.Window;
    expect(window.required.sort()).toEqual(['nodes', 'tasks']);
    expect(window.properties.tasks.items.properties.weight).toMatchObject({ type: 'number', minimum: 0, default: 1 });
    expect(window.properties.times).toMatchObject({ type: 'array', items: { type: 'array' } });
    expect(window.additionalProperties).toBe(false);
  });

  it('has a page that loads nothing from anywhere and explains every code', async () => {
    const page = await (await app.request('/docs')).text();
    expect(page).not.toMatch(/<script|<link|src=|@import|href="https?:|url\(/);
    for (const code of [...Object.keys(PROBLEMS), ...Object.keys(FAULT_CODES)]) expect(page).toContain(`id="${code}"`);
    const anchors = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(anchors).size).toBe(anchors.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(anchors).toContain(target);
    expect(page).toContain('<code>Idempotency-Key</code> (header)');
  });

  it('docs/api.md has a heading for every code', () => {
    const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
    for (const code of [...Object.keys(PROBLEMS), ...Object.keys(FAULT_CODES)])
      expect(text).toMatch(new RegExp(`^#+ \`${code}\`$`, 'm'));
  });
});

describe('a running server', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ logLevel: 'silent', port: 0, planners: 2 });
  });
  afterAll(() => server.close());
  const ask = (window: WindowInput) =>
    fetch(`${server.url}/v1/placements`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(window),
    });
  const alive = async () =>
    expect(await (await ask(twoTasks)).json()).toMatchObject({ status: 'optimal', objective: 1.5 });

  it('refuses a body of 70 MB while it is being sent, and goes on', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const sending = request(
        `${server.url}/v1/placements`,
        { method: 'POST', headers: { 'content-type': 'application/json' } },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode!));
        },
      );
      sending.on('error', reject);
      const megabyte = Buffer.alloc(1024 * 1024, 0x20);
      let left = 70;
      const send = () => {
        while (left-- > 0) if (!sending.write(megabyte)) return sending.once('drain', send);
        sending.end();
      };
      send();
    });
    expect(status).toBe(413);
    await alive();
  });

  it('answers the requests whose planner was killed, and the next ones', async () => {
    for (let round = 0; round < 3; round++) {
      const asked = [ask(endless(3000)), ask(endless(3000, 2))];
      // kill the planners once both requests are at work
      await fetch(`${server.url}/healthz`);
      server.desk.kill();
      for (const response of await Promise.all(asked)) {
        expect(response.status).toBe(200);
        const answer = await read<Answer>(response);
        expect(answer).toMatchObject({ status: 'feasible', summary: { unplaced: 0 } });
        expect(judge?.(endless(3000), answer).faults ?? []).toEqual([]);
      }
      await alive();
    }
  });

  it('stays free while windows are solved', async () => {
    const window = clusterWindow({ tasks: 300, nodes: 40, kinds: 4, load: 0.9, seed: 6 });
    let solved = 0;
    const solving = [1, 2, 3, 4].map((seed) =>
      ask({ ...window, deadlineMs: 1500, seed })
        .then((response) => response.json())
        .then(() => solved++),
    );
    // many round trips fit in while not one answer is there
    for (let k = 0; k < 50; k++) expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect(solved).toBe(0);
    await Promise.all(solving);
  });
});
