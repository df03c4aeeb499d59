import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dist/api/server.js';
import { realClock } from '../../dist/client/backoff.js';
import { type Answer, PlacewrightClient, type Progress } from '../../dist/client/index.js';
import { answerSchema } from '../../dist/model/answer.js';
import { jobSchema, progressSchema } from '../../dist/model/job.js';
import {
  assessmentSchema,
  comparisonSchema,
  enginesSchema,
  frontierSchema,
  heuristicsSchema,
  quoteSchema,
} from '../../dist/model/replies.js';
import type { WindowInput } from '../../dist/model/window.js';
import { cuttingProxy } from '../support/cutting-proxy.ts';
import { runGenerated } from '../support/generated-client.ts';

/** examples/small.json, with time enough for a proof on a busy machine. */
const example: WindowInput = { ...JSON.parse(readFileSync('examples/small.json', 'utf8')), deadlineMs: 20_000 };
const demo = JSON.parse(readFileSync('examples/demo.json', 'utf8')) as WindowInput;
const folder = mkdtempSync(join(tmpdir(), 'placewright-clients-'));
const file = join(folder, 'small.json');
const run = promisify(execFile);

let server: RunningServer;
let client: PlacewrightClient;
beforeAll(async () => {
  writeFileSync(file, JSON.stringify(example));
  server = await startServer({ logLevel: 'silent', port: 0, planners: 1, spares: 0 });
  client = new PlacewrightClient({ url: server.url });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const openApi = async () => (await (await fetch(`${server.url}/openapi.json`)).json()) as object;

describe('the same example', () => {
  const expected = {
    status: 'optimal',
    objective: 1.5,
    bound: 1.5,
    assignments: [
      { task: 'a', node: 'x', copies: 1, time: 0.5, cost: 0.5 },
      { task: 'b', node: 'y', copies: 1, time: 1, cost: 1 },
    ],
  };

  it('from our client', async () => {
    expect(await client.place(example)).toMatchObject(expected);
  });

  it('from a client generated of the OpenAPI document', async () => {
    const { answer, shown, pointer } = await runGenerated(await openApi(), server.url, file);
    expect(answer).toMatchObject(expected);
    expect(shown).toEqual({ objective: 1.5, node: 'x' });
    expect(pointer).toBe('/deadlineMs');
  });

  it('from curl', async ({ skip }) => {
    const there = await run('curl', ['--version']).catch(() => null);
    if (!there) skip('curl is not installed');
    const args = ['-s', `${server.url}/v1/placements`, '-H', 'content-type: application/json', '-d', `@${file}`];
    const { stdout } = await run('curl', args);
    expect(JSON.parse(stdout)).toMatchObject(expected);
  });
});

describe('our client and the service', () => {
  const task = { id: 'c', demand: { cpu: 2 } };

  it('agree on every operation', async () => {
    const answer = answerSchema.parse(await client.place(example)) as Answer;
    expect(comparisonSchema.parse(await client.compare(example)).optimum.objective).toBe(1.5);
    const assessed = assessmentSchema.parse(await client.verify(example, answer));
    expect(assessed).toMatchObject({ feasible: true, objective: 1.5, gap: 0 });
    const quoted = quoteSchema.parse(await client.quote(example, task, { plan: answer.assignments }));
    expect(quoted).toMatchObject({ task: 'c', nodes: [{ node: 'y' }], reasons: [{ code: 'full' }] });
    const drawn = frontierSchema.parse(await client.frontier(example, { moves: [0] }));
    expect(drawn.points).toMatchObject([{ moves: 0, objective: 1.5 }]);
    expect(heuristicsSchema.parse(await client.heuristics()).length).toBe(12);
    expect(enginesSchema.parse(await client.engines()).map(({ name }) => name)).toEqual(['glpk', 'highs', 'jslp']);
  });

  it('agree on faults', async () => {
    await expect(client.place({ ...example, gap: 2 })).rejects.toMatchObject({
      status: 422,
      code: 'invalid_window',
      faults: [{ pointer: '/gap', code: 'out_of_range' }],
    });
    await expect(client.job('none').snapshot()).rejects.toMatchObject({ status: 404, code: 'not_found' });
  });

  it('agree on readiness', async () => {
    expect(await client.ready()).toBe(true);
  });

  it('agree on jobs', async () => {
    const job = await client.submit(example);
    const told: Progress[] = [];
    for await (const progress of job.progress()) told.push(progressSchema.parse(progress));
    expect(await job.result()).toMatchObject({ status: 'optimal', objective: 1.5 });
    expect(jobSchema.parse(await client.job(job.id).snapshot())).toMatchObject({ id: job.id, state: 'done' });
    expect(told.at(-1)).toMatchObject({ objective: 1.5 });
  });

  it('agree through connections that are cut', async () => {
    const proxy = await cuttingProxy(server.url, 6, 700);
    const clock = { ...realClock, random: () => 0 }; // no time between two tries
    const through = new PlacewrightClient({ url: proxy.url, retries: 6, clock });
    const told: Progress[] = [];
    const answer = await through.place({ ...demo, work: 200 }, { onProgress: (progress) => told.push(progress) });
    expect(answer.assignments).toEqual((await client.place({ ...demo, work: 200 })).assignments);
    expect(proxy.cut).toBe(6);
    expect(told.length).toBeGreaterThan(0);
    expect(told.map(({ ms }) => ms)).toEqual(told.map(({ ms }) => ms).sort((a, b) => a - b)); // in order
    await proxy.close();
  });

  it('agree on cancelled jobs', async () => {
    const job = await client.submit({ ...demo, deadlineMs: 600_000, gap: 0 });
    for await (const { objective } of job.progress()) if (objective !== null) break;
    const { state, answer } = jobSchema.parse(await job.cancel());
    expect(['cancelled', 'done']).toContain(state);
    expect(answer?.assignments.length).toBeGreaterThan(0);
    expect(await job.result()).toMatchObject({ objective: answer!.objective });
  });

  it('agree on keys of idempotency', async () => {
    const idempotencyKey = `clients-test-${Date.now()}`;
    const first = await client.place(example, { idempotencyKey });
    expect(await client.place(example, { idempotencyKey })).toEqual(first);
    const other = client.place({ ...example, seed: 2 }, { idempotencyKey });
    await expect(other).rejects.toMatchObject({ status: 422, code: 'idempotency_mismatch' });
  });
});
