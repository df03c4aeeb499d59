import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import type { WindowInput } from '../dist/model/window.js';
import { Audit } from '../dist/simulation/audit.js';
import { Failures } from '../dist/simulation/failures.js';
import { makeTrace } from '../dist/simulation/generate.js';
import { CONDITIONS, type Conditions, type Happening, keptAt } from '../dist/simulation/happening.js';
import { policyChoice, policyOf } from '../dist/simulation/policies.js';
import { positionWindow } from '../dist/simulation/positions.js';
import { readyTrace } from '../dist/simulation/read-trace.js';
import { reportOf } from '../dist/simulation/report.js';
import { sideBySide } from '../dist/simulation/side-by-side.js';
import { simulate } from '../dist/simulation/simulate.js';
import { slotsOf } from '../dist/simulation/slots.js';
import { Timetable, type Trace, traceOf } from '../dist/simulation/trace.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';
import { ready } from './support/windows.ts';

const engines = new EnginePool();
afterAll(() => engines.close());

const LIMITS = { deadlineMs: 30_000, work: 1, seed: 1, worth: 0 };
const KEPT = { preempts: false, migrates: false };

/** A trace of jobs as [arrival, fields]. */
const traced = (nodes: WindowInput['nodes'], jobs: [number, Partial<WindowInput['tasks'][number]>][]): Trace =>
  traceOf(
    ready({ nodes, tasks: jobs.map(([, fields], i) => ({ id: 'abcdefgh'[i]!, demand: { cpu: 1 }, ...fields })) }),
    jobs.map(([arrival]) => arrival),
  );

/** The log of a policy, audited. */
async function logOf(
  trace: Trace,
  policy: string,
  conditions: Partial<Conditions> = {},
  worth = 0,
): Promise<readonly Happening[]> {
  const choice = policyChoice(policy, KEPT);
  if (typeof choice === 'string') throw new Error(choice);
  const given = { ...CONDITIONS, ...conditions };
  const audit = new Audit(trace, given);
  const { log } = await simulate(trace, policyOf(choice, trace.window, { ...LIMITS, worth }, engines), given, {
    onHappening: audit.follow,
  });
  audit.end();
  return log;
}

/** Seconds at which each job ends. */
async function endsOf(
  trace: Trace,
  policy: string,
  conditions: Partial<Conditions> = {},
  worth = 0,
): Promise<Record<string, number>> {
  const log = await logOf(trace, policy, conditions, worth);
  return Object.fromEntries(
    log
      .filter(({ kind }) => kind === 'finish')
      .map(({ job, time }) => [trace.window.tasks[job]!.id, Number(time.toFixed(9))]),
  );
}

describe('traces worked out by hand', () => {
  const one = traced(
    [{ id: 'n', capacity: { cpu: 1 } }],
    [
      [0, { duration: 10 }],
      [1, { duration: 6 }],
      [2, { duration: 2 }],
    ],
  );

  it.each([
    ['first-fit', {}, { a: 10, b: 16, c: 18 }],
    ['shortest-job-first', {}, { a: 10, c: 12, b: 18 }],
    ['shortest-remaining-time-first', {}, { a: 10, c: 12, b: 18 }],
    ['optimal', {}, { a: 10, c: 12, b: 18 }],
    // b takes over at 1, c at 2; b goes on at 4, a at 9
    ['shortest-remaining-time-first+preempt', { loadSeconds: 0 }, { c: 4, b: 9, a: 18 }],
    ['optimal+preempt', { loadSeconds: 0 }, { c: 4, b: 9, a: 18 }],
    // each that goes on loads for a second first
    ['shortest-remaining-time-first+preempt', { loadSeconds: 1 }, { c: 4, b: 10, a: 20 }],
    // windows at 0, 8, 16: what arrives or ends between waits
    ['shortest-job-first', { every: 8 }, { a: 10, c: 18, b: 30 }],
  ])('one node, %s %j', async (policy, conditions, ends) => {
    expect(await endsOf(one, policy, conditions)).toEqual(ends);
  });

  const two = traced(
    [
      { id: 'fast', capacity: { cpu: 1 }, speed: 10 },
      { id: 'slow', capacity: { cpu: 1 } },
    ],
    [
      [0, { duration: 50 }],
      [1, { duration: 50 }],
      [2, { duration: 8 }],
    ],
  );

  it.each([
    ['fastest-node', {}, { a: 5, c: 5.8, b: 51 }],
    // b waits for the fast node, which is worth it; c goes before it
    ['optimal', {}, { a: 5, c: 5.8, b: 10.8 }],
    // whoever waits for the fast node runs on the slow one meanwhile: b from 1 on, a while c has the fast one from 2 to
    // 2.8, then b again; a ends on the fast one with 29.2 of its 50 seconds left, b with 46.08
    ['optimal+migrate', { loadSeconds: 0 }, { c: 2.8, a: 5.72, b: 10.328 }],
    // at 5 the fast node is free: b moves there with 46 of its 50 seconds left, and c begins on the slow one;
    // at 10.6 c follows with 2.4 of its 8 seconds left
    ['fastest-node+migrate', { loadSeconds: 1 }, { a: 5, b: 10.6, c: 11.84 }],
  ])('two nodes, %s %j', async (policy, conditions, ends) => {
    expect(await endsOf(two, policy, conditions)).toEqual(ends);
  });

  it('money is weighed against time at its worth', async () => {
    const trace = traced(
      [
        { id: 'fast', capacity: { cpu: 1 }, speed: 10, price: 20 },
        { id: 'slow', capacity: { cpu: 1 }, price: 1 },
      ],
      [[0, { duration: 10 }]],
    );
    // a second on fast and 20 of money, or ten seconds on slow and 10 of money
    expect(await endsOf(trace, 'optimal', {}, 0.8)).toEqual({ a: 1 });
    expect(await endsOf(trace, 'optimal', {}, 1)).toEqual({ a: 10 });
  });

  it('higher priorities come first, in windows of the solver too', async () => {
    const trace = traced(
      [{ id: 'n', capacity: { cpu: 1 } }],
      [
        [0, { duration: 10 }],
        [1, { duration: 1 }],
        [1, { duration: 9, priority: 1 }],
      ],
    );
    for (const policy of ['priority', 'optimal']) expect(await endsOf(trace, policy)).toEqual({ a: 10, c: 19, b: 20 });
    expect(await endsOf(trace, 'optimal+preempt', { loadSeconds: 0 })).toEqual({ c: 10, b: 11, a: 20 });
  });

  it('measures what the log says', async () => {
    const trace = traced(
      [{ id: 'n', capacity: { cpu: 2 }, price: 4 }],
      [
        [100, { duration: 10, demand: { cpu: 2 } }],
        [101, { duration: 5 }],
      ],
    );
    expect(reportOf(trace, await logOf(trace, 'first-fit'))).toMatchObject({
      jobs: 2,
      finished: 2,
      completion: { mean: 12, p50: 10, p95: 14, max: 14 },
      wait: { mean: 4.5, p95: 9 },
      makespan: 15,
      money: 10 * 4 + (5 * 4) / 2,
      utilization: { cpu: { mean: 25 / 30 } },
      preemptions: 0,
    });
  });
});

describe('failures', () => {
  const trace = traced([{ id: 'n', capacity: { cpu: 1 } }], [[0, { duration: 50 }]]);
  const failing = { mtbf: 40, mttr: 5, loadSeconds: 2 };

  it.each([0, 7, Number.POSITIVE_INFINITY])(
    'a job goes back to its last checkpoint, one each %d s',
    async (checkpoint) => {
      for (let seed = 1; seed <= 20; seed++) {
        const conditions = { ...CONDITIONS, ...failing, checkpoint, seed };
        const failures = new Failures(1, conditions);
        let saved = 0;
        let up = 0;
        for (;;) {
          const loading = saved > 0 ? failing.loadSeconds : 0;
          const down = failures.next[0]!;
          if (up + loading + 50 - saved <= down) {
            up += loading + 50 - saved;
            break;
          }
          saved += keptAt(checkpoint, Math.max(0, down - up - loading));
          failures.flip(0);
          up = failures.next[0]!;
          failures.flip(0);
        }
        expect((await endsOf(trace, 'first-fit', conditions)).a).toBeCloseTo(up, 6);
      }
    },
  );

  it('strike every policy at the same instants', async () => {
    const many = traceOf(...madeOf(15, 3));
    const conditions = { mtbf: 3000, mttr: 600 };
    const [one, other] = await Promise.all(['first-fit', 'best-fit'].map((policy) => logOf(many, policy, conditions)));
    const failuresIn = (log: readonly Happening[]) =>
      log.filter(({ kind, time }) => kind === 'fail' && time < 5000).map(({ time, node }) => [time, node]);
    expect(failuresIn(one!).length).toBeGreaterThan(5);
    expect(failuresIn(one!)).toEqual(failuresIn(other!));
  });
});

const madeOf = (jobs: number, seed: number): [ReturnType<typeof ready>, number[]] => {
  const { window, at } = makeTrace('bursty', { jobs, load: 1.5, seed });
  return [ready(window), at];
};

describe('a sum of completion times as costs of positions', () => {
  it('the optimum of the window is that of all assignments and orders', async () => {
    const seconds = fc.integer({ min: 1, max: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(seconds, seconds, seconds), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 3 }),
        async (times, machines) => {
          const names = ['x', 'y', 'z'].slice(0, machines);
          const trace = traced(
            names.map((id) => ({ id, capacity: { cpu: 1 } })),
            times.map((row) => [0, { on: Object.fromEntries(names.map((id, j) => [id, { duration: row[j]! }])) }]),
          );
          const waiting = trace.window.tasks.map((task, job) => ({ job, task, left: 1, node: -1, ends: 0, loads: 0 }));
          const up = names.map((_, j) => j);
          const situation = { now: 0, waiting, running: [], up, times: new Timetable(trace.window) };
          const base = { ...trace.window, ...LIMITS, work: null };
          const slots = slotsOf(situation, false);
          const { window } = positionWindow(base, situation, waiting, slots, {
            levels: times.length,
            migrates: false,
            worth: 0,
          });
          const { status, objective } = await solve(window, { engines });
          expect(status).toBe('optimal');
          // but for the hundredth of a second by which an empty node is worse
          expect(Math.round(objective!)).toBe(leastSum(times, machines));
        },
      ),
      { numRuns: 25 },
    );
  });
});

/** Least sum of completion times over all assignments of jobs to machines, shortest first on each. */
function leastSum(times: readonly (readonly number[])[], machines: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let code = 0; code < machines ** times.length; code++) {
    const on: number[][] = Array.from({ length: machines }, () => []);
    times.forEach((row, i) => {
      const machine = Math.floor(code / machines ** i) % machines;
      on[machine]!.push(row[machine]!);
    });
    let sum = 0;
    for (const queue of on) {
      let time = 0;
      for (const each of queue.sort((a, b) => a - b)) sum += time += each;
    }
    least = Math.min(least, sum);
  }
  return least;
}

describe('conservation', () => {
  const job = fc.record({
    arrival: fc.nat(60),
    duration: fc.integer({ min: 1, max: 40 }),
    cpu: fc.integer({ min: 1, max: 3 }),
    priority: fc.nat(1),
    onlyFast: fc.boolean(),
  });
  const conditions = fc.record({
    every: fc.constantFrom(null, 7),
    loadSeconds: fc.constantFrom(0, 2.5),
    checkpoint: fc.constantFrom(0, 3, Number.POSITIVE_INFINITY),
    mtbf: fc.constantFrom(Number.POSITIVE_INFINITY, 90, 400),
    mttr: fc.constantFrom(5, 30),
    seed: fc.nat(1000),
  });
  const made = fc.array(job, { minLength: 1, maxLength: 12 }).map((jobs) => {
    const window = ready({
      nodes: [
        { id: 'big', kind: 'fast', count: 2, capacity: { cpu: 3 }, speed: 2.5 },
        { id: 'small', kind: 'slow', count: 2, capacity: { cpu: 2 } },
      ],
      tasks: jobs.map(({ duration, cpu, priority, onlyFast }, i) => ({
        id: `t${i}`,
        demand: { cpu },
        duration,
        priority,
        ...(onlyFast && { requires: { kind: 'fast' } }),
      })),
    });
    return traceOf(
      window,
      jobs.map(({ arrival }) => arrival),
    );
  });
  const additions = fc.constantFrom('', '+preempt', '+migrate');

  it('holds under every rule, with failures, preemption and moves', async () => {
    const heuristic = fc.constantFrom(...HEURISTICS.keys());
    await fc.assert(
      fc.asyncProperty(made, conditions, heuristic, additions, async (trace, given, name, addition) => {
        const log = await logOf(trace, name + addition, given);
        expect(reportOf(trace, log).finished).toBe(trace.arrivals.length);
      }),
      { numRuns: 300 },
    );
  });

  it('holds under the solver', async () => {
    await fc.assert(
      fc.asyncProperty(made, conditions, additions, async (trace, given, addition) => {
        const log = await logOf(trace, `optimal${addition}`, given);
        expect(reportOf(trace, log).finished).toBe(trace.arrivals.length);
      }),
      { numRuns: 12 },
    );
  });

  it('a log that breaks it is refused', async () => {
    const trace = traceOf(...madeOf(12, 5));
    const given = { ...CONDITIONS, mtbf: 4000, mttr: 300 };
    const log = await logOf(trace, 'first-fit+migrate', given);
    const audited = (lines: readonly Happening[]) => () => {
      const audit = new Audit(trace, given);
      for (const line of lines) audit.follow(line);
      audit.end();
    };
    expect(audited(log)).not.toThrow();
    log.forEach((line, at) => {
      const without = [...log.slice(0, at), ...log.slice(at + 1)];
      const isLastRepair =
        line.kind === 'repair' || (line.kind === 'fail' && !without.slice(at).some(({ node }) => node === line.node));
      if (!isLastRepair) expect(audited(without), `without line ${at}`).toThrow('conservation');
      if (line.kind !== 'fail' && line.kind !== 'repair')
        expect(audited([...log.slice(0, at), line, ...log.slice(at)]), `line ${at} twice`).toThrow('conservation');
      if (line.kind === 'finish')
        for (const late of [-1, 1]) {
          const moved = [...without, { ...line, time: line.time + late }].sort((a, b) => a.time - b.time);
          expect(audited(moved), `line ${at} ${late} s later`).toThrow('conservation');
        }
    });
    const busy = log.find(({ kind }) => kind === 'start')!;
    const crowded = log.map((line) => (line.kind === 'start' ? { ...line, node: busy.node } : line));
    expect(audited(crowded)).toThrow('conservation');
  });
});

describe('policies', () => {
  it('are all the same where there is room for everyone at once', async () => {
    const trace = traced(
      [{ id: 'n', count: 6, capacity: { cpu: 1 } }],
      [4, 9, 1, 30, 12, 2].map((duration, i) => [i, { duration }]),
    );
    const expected = { a: 4, b: 10, c: 3, d: 33, e: 16, f: 7 };
    for (const name of [...HEURISTICS.keys(), 'optimal']) expect(await endsOf(trace, name), name).toEqual(expected);
  });

  it('stop no job whose room nobody takes', async () => {
    const trace = traced(
      [{ id: 'n', count: 2, capacity: { cpu: 1 } }],
      [
        [0, { duration: 50 }],
        [1, { duration: 5 }],
      ],
    );
    for (const policy of ['shortest-remaining-time-first+preempt', 'optimal+preempt', 'optimal+migrate']) {
      const report = reportOf(trace, await logOf(trace, policy));
      expect(report, policy).toMatchObject({ preemptions: 0, moves: 0 });
    }
  });

  it('give the same figures again, to the digit', async () => {
    const trace = traceOf(...madeOf(25, 7));
    const choices = ['optimal', 'optimal+migrate', 'random', 'shortest-remaining-time-first+preempt'].map((text) => {
      const choice = policyChoice(text, KEPT);
      if (typeof choice === 'string') throw new Error(choice);
      return choice;
    });
    const options = { conditions: { ...CONDITIONS, mtbf: 5000 }, limits: LIMITS, engines, check: true };
    const [one, other] = [await sideBySide(trace, choices, options), await sideBySide(trace, choices, options)];
    expect(JSON.stringify(one.policies)).toBe(JSON.stringify(other.policies));
    expect(one.timing.map(({ policy }) => policy)).toEqual(choices.map(({ label }) => label));
  });

  it('are named with a hint where they are not known', () => {
    expect(policyChoice('best-fitt', KEPT)).toMatch('Maybe best-fit is meant.');
    expect(policyChoice('best-fit+fly', KEPT)).toMatch('found "+fly"');
    expect(policyChoice('best-fit', { preempts: true, migrates: false })).toMatchObject({ label: 'best-fit+preempt' });
  });
});

describe('traces', () => {
  const nodes = [{ id: 'n', count: 2, capacity: { cpu: 4 } }];

  it('begin with the first arrival, in order, and name the jobs that no node could run', () => {
    const window = ready({
      nodes,
      tasks: ['late', 'huge', 'early'].map((id) => ({ id, demand: { cpu: id === 'huge' ? 5 : 1 } })),
    });
    const trace = traceOf(window, [50, 0, 30], [], 2);
    expect(trace.window.tasks.map(({ id }) => id)).toEqual(['early', 'late']);
    expect([...trace.arrivals]).toEqual([0, 10]);
    expect(trace.notes).toEqual(['Left out, as no node could run them (1): huge.']);
  });

  it('are read from JSON, what can not be honoured refused', () => {
    const good = readyTrace({ nodes, tasks: [{ id: 'a', demand: { cpu: 1 }, duration: 5, arrival: 2 }] });
    expect(good).toMatchObject({ ok: true, value: { arrivals: [2] } });
    const bad = readyTrace({
      nodes: [...nodes, { id: 'm', capacity: {}, openCost: 1 }],
      deadlineMs: 5,
      tasks: [
        { id: 'a', demand: { cpu: 1 }, arrival: -1, count: 2 },
        { id: 'b', demand: { cpu: -1 }, on: { n: { demand: { cpu: 2 } } }, requires: { node: 'n' }, arrival: 'now' },
      ],
    });
    expect(bad.ok ? [] : bad.refusal.faults.map(({ pointer }) => pointer).sort()).toEqual([
      '/deadlineMs',
      '/nodes/1/openCost',
      '/tasks/0/arrival',
      '/tasks/0/count',
      '/tasks/1/arrival',
      '/tasks/1/demand/cpu',
      '/tasks/1/on/n',
      '/tasks/1/on/n/demand',
      '/tasks/1/requires/node',
    ]);
    for (const raw of [null, [], { tasks: 3 }]) expect(readyTrace(raw).ok).toBe(false);
  });

  it.each(['poisson', 'bursty'] as const)('are made by a seed: %s', (arrivals) => {
    const make = (seed: number) => makeTrace(arrivals, { jobs: 4000, load: 0.5, seed });
    const { window, at } = make(1);
    expect(make(1)).toEqual({ window, at });
    expect(make(2).at).not.toEqual(at);
    const work = window.tasks.reduce((sum, { demand, on }) => sum + demand.gpu! * on!.fast!.duration!, 0);
    // 16 fast units, 16 half as fast on one sort and 0.8 times on the other, 16 an eighth and half
    const capacity = 16 * (1 + (0.5 + 0.8) / 2 + (0.125 + 0.5) / 2);
    expect(work / (capacity * at.at(-1)!)).toBeGreaterThan(0.4);
    expect(work / (capacity * at.at(-1)!)).toBeLessThan(0.6);
    // squared coefficient of variation of the times between arrivals: 1 when they are independent
    const gaps = at.slice(1).map((time, i) => time - at[i]!);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variation = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length / mean ** 2;
    if (arrivals === 'poisson') expect(variation).toBeCloseTo(1, 0);
    else expect(variation).toBeGreaterThan(8);
  });
});
