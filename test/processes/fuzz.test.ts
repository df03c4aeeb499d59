import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JobDocument } from '../../dist/model/job.js';
import { judgeProblem, judgeReply, windowOf } from '../support/fuzz-judge.ts';
import { type Fuzzed, fuzzed } from '../support/fuzzed.ts';
import { read, whenOver } from '../support/http.ts';
import { type Judge, loadJudge } from '../support/judge.ts';
import { type Service, startService } from '../support/service.ts';

/**
 * Bodies sent: FUZZ=100000 for the full size; FUZZ_SEED is where they begin, and a failure prints the one that it came with.
 * FUZZ_LOG names a file for lines of figures.
 */
const BODIES = Number(process.env.FUZZ ?? 700);
const SEED = Number(process.env.FUZZ_SEED ?? 20_260_101);
/** Sent at once: as many as there are planners, so that none has reason to be refused. */
const AT_ONCE = 3;
/** Milliseconds after which a request is taken for hung. */
const HUNG_MS = 60_000;
/** Requests between two lines of figures. */
const ROUND = 1000;

let service: Service;
let judge: Judge | null = null;
beforeAll(async () => {
  const settings = { PLACEWRIGHT_PLANNERS: `${AT_ONCE}`, PLACEWRIGHT_SPARES: '0', PLACEWRIGHT_KEEP_BYTES: '4000000' };
  [service, judge] = await Promise.all([startService(settings), loadJudge()]);
});
afterAll(async () => {
  expect(await service.stop()).toEqual([0, null]);
});

/** Requests that were not answered as they should be; after so many it ends. */
const failures: string[] = [];
const MOST_FAILURES = 10;
const told = { bodies: 0, statuses: {} as Record<string, number>, problems: {} as Record<string, number> };
const resident = (process: 'main' | 'planners') => service.metric(`resident_memory_bytes{process="${process}"}`);
const restarts = async () => {
  const causes = ['crash', 'out-of-memory', 'killed', 'overdue', 'recycled'];
  const counts = await Promise.all(causes.map((cause) => service.metric(`planner_restarts_total{cause="${cause}"}`)));
  return Object.fromEntries(causes.map((cause, k) => [cause, counts[k]]));
};

const log = (line: string) => process.env.FUZZ_LOG && appendFileSync(process.env.FUZZ_LOG, `${line}\n`);

/** A line of how things stand. */
async function note(): Promise<void> {
  if (told.bodies % ROUND !== 0 || !process.env.FUZZ_LOG) return;
  const [main, planners, ended] = await Promise.all([resident('main'), resident('planners'), restarts()]);
  const mib = (bytes: number) => Math.round(bytes / 2 ** 20);
  const line = { time: new Date(), ...told, mainMiB: mib(main), plannersMiB: mib(planners), ended };
  log(JSON.stringify(line));
}

/** Sends one request and judges what comes of it, as a job, too. */
async function attempt({ operation, body, text, intact, headers }: Fuzzed, nth: number): Promise<void> {
  const response = await fetch(`${service.url}/v1/${operation}`, {
    method: 'POST',
    body: body as Uint8Array<ArrayBuffer>,
    headers,
    signal: AbortSignal.timeout(HUNG_MS),
  });
  const { status } = response;
  const type = response.headers.get('content-type');
  const document = await read<unknown>(response);
  told.bodies++;
  told.statuses[status] = (told.statuses[status] ?? 0) + 1;
  const sampled = nth % 10 === 0 ? judge : null;
  if (status === 200) {
    expect(type).toBe('application/json');
    if (intact) judgeReply(operation, text, document, sampled);
    return;
  }
  if (status === 202) {
    const { id } = document as JobDocument;
    expect([operation, response.headers.get('location')]).toEqual(['placements', `/v1/placements/${id}`]);
    const { state, answer, problem } = await whenOver(`${service.url}/v1/placements/${id}`);
    if (state === 'failed') judgeProblem(problem!.status, 'application/problem+json', problem);
    else if (intact) judgeReply(operation, text, answer, sampled);
    return;
  }
  const { code } = judgeProblem(status, type, document);
  told.problems[code] = (told.problems[code] ?? 0) + 1;
  if (!intact) return;
  expect([
    'malformed_json',
    'invalid_window',
    'limit_exceeded',
    'unsupported_media_type',
    'invalid_header',
    'idempotency_mismatch',
  ]).toContain(code);
  if (code === 'malformed_json') expect(() => JSON.parse(text)).toThrow();
  if (code === 'invalid_window' && operation !== 'verifications') expect(windowOf(operation, text)).toBeNull();
}

const shown = ({ operation, body, text, headers }: Fuzzed) =>
  `${operation} ${JSON.stringify(headers)} ${text.length > 3000 ? `${text.slice(0, 1500)} … ${text.slice(-500)}` : text} (${body.length} bytes)`;

/** Sends requests one after the other, each made from the next number; the same number makes the same request. */
async function lane(numbers: Iterator<number>): Promise<void> {
  for (let next = numbers.next(); !next.done; next = numbers.next()) {
    const request = fc.sample(fuzzed, { seed: next.value, numRuns: 1 })[0]!;
    await attempt(request, next.value).catch((error: Error) => {
      failures.push(`FUZZ_SEED=${next.value} FUZZ=1 sends it again: ${shown(request)}\n${error.stack}`);
      log(failures.at(-1)!);
    });
    if (failures.length >= MOST_FAILURES) return;
    await note();
  }
}

it(`${BODIES} bodies are each answered, or refused with a problem that says why`, async () => {
  const numbers = Array.from({ length: BODIES }, (_, k) => SEED + k).values();
  await Promise.all(Array.from({ length: AT_ONCE }, () => lane(numbers)));
  console.info(JSON.stringify(told));
  expect(failures).toEqual([]);
  const { recycled: _, ...unwanted } = await restarts();
  expect(unwanted).toEqual({ crash: 0, 'out-of-memory': 0, killed: 0, overdue: 0 });
  for (const name of ['retries_total', 'queue_length', 'queue_bytes', 'jobs_running', 'event_streams'])
    expect([name, await service.metric(name)]).toEqual([name, 0]);
}, 10_000_000);
