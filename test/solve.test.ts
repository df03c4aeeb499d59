import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import type { Answer } from '../dist/model/answer.js';
import { buildInstance } from '../dist/model/instance.js';
import { type LinearProgram, objectiveOf, violationOf } from '../dist/model/linear-program.js';
import { verify } from '../dist/model/verifier.js';
import type { WindowInput } from '../dist/model/window.js';
import { EnginePool, type EngineRun, type Engines } from '../dist/solver/engine-pool.js';
import { without } from '../dist/solver/engines/engine.js';
import { formulate } from '../dist/solver/formulation.js';
import { type SolveOptions, solve } from '../dist/solver/solve.js';
import type { Progress } from '../dist/solver/state.js';
import { type Judge, loadJudge } from './support/judge.ts';
import { randomWindow } from './support/random-window.ts';
import { ready, twoTasks } from './support/windows.ts';

const engines = new EnginePool({ ready: 1, threads: 2, warm: ['glpk', 'highs'] });
let judge: Judge | null = null;
beforeAll(async () => {
  judge = await loadJudge();
});
afterAll(() => engines.close());

/** Solves, and has every answer judged where the judge is there. */
async function answerTo(raw: WindowInput, options: Partial<SolveOptions> = {}): Promise<Answer> {
  const answer = await solve(ready(raw), { engines, ...options });
  expect(judge?.(raw, answer).faults ?? []).toEqual([]);
  return answer;
}

/** Engines of which every job ends the same way. */
const always = (run: Partial<EngineRun['outcome']> & { call: 'limit' | 'failed' | 'completed' }): Engines => ({
  run: async () => ({ outcome: { ...without('failed', 'unknown', 'stub'), ...run } }),
});

/** A program of one row and so many columns: jslp makes objects of every column, some 200 bytes of heap and more. */
const wide = (columns: number): LinearProgram => ({
  columns,
  rows: 1,
  cost: new Float64Array(columns).fill(1),
  lower: new Float64Array(columns),
  upper: new Float64Array(columns).fill(1),
  integer: new Uint8Array(columns).fill(1),
  rowLower: Float64Array.of(1),
  rowUpper: Float64Array.of(Infinity),
  start: Int32Array.from({ length: columns + 1 }, (_, c) => c),
  rowIndex: new Int32Array(columns),
  value: new Float64Array(columns).fill(1),
});

const hard = (tasks = 60, nodes = 12): WindowInput => clusterWindow({ tasks, nodes, kinds: 4, load: 0.9, seed: 3 });

describe('an answer', () => {
  it('is that of the contract for the example', async () => {
    const { id, timings, ...answer } = await answerTo(twoTasks);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(timings.total).toBeGreaterThan(0);
    expect(answer).toEqual({
      name: null,
      status: 'optimal',
      stop: 'proved',
      method: 'ilp:glpk',
      fallback: null,
      objective: 1.5,
      bound: 1.5,
      gap: 0,
      unplacedBounds: [{ tier: '0', copies: 0 }],
      certificate: { bound: 1.5, nodePrices: [{ node: 'x', prices: { cpu: 0.25 } }], unplacedPrices: [] },
      summary: { tasks: 2, copies: 2, placed: 2, unplaced: 0, nodesUsed: 2, moves: 0, utilization: { cpu: 0.667 } },
      assignments: [
        { task: 'a', node: 'x', copies: 1, time: 0.5, cost: 0.5 },
        { task: 'b', node: 'y', copies: 1, time: 1, cost: 1 },
      ],
      unplaced: [],
      nodes: [
        { node: 'x', used: { cpu: 2 }, free: { cpu: 0 }, utilization: { cpu: 1 } },
        { node: 'y', used: { cpu: 2 }, free: { cpu: 2 }, utilization: { cpu: 0.5 } },
      ],
      moves: [],
      movesOrdered: true,
      knots: [],
      nodesFreed: [],
      worth: [],
      warnings: [],
      heuristics: [],
      solver: { version: '0.1.0', engine: 'glpk 5.0', seed: 1 },
    });
  });

  it('to nothing at all is optimal', async () => {
    expect(await answerTo({ tasks: [], nodes: [] })).toMatchObject({
      status: 'optimal',
      method: 'none',
      objective: 0,
      bound: 0,
      gap: 0,
      assignments: [],
    });
    expect(await answerTo({ tasks: [], nodes: [{ id: 'x', capacity: { cpu: 1 } }] })).toMatchObject({
      status: 'optimal',
      objective: 0,
    });
    const homeless = await answerTo({ tasks: [{ id: 'a', demand: { cpu: 1 } }], nodes: [] });
    expect(homeless).toMatchObject({
      status: 'optimal',
      objective: 0,
      unplaced: [{ task: 'a', copies: 1, reasons: [] }],
      unplacedBounds: [{ tier: '0', copies: 1 }],
    });
  });

  it('tells what is unplaced and why', async () => {
    const answer = await answerTo({
      tasks: [
        { id: 'big', demand: { cpu: 9 } },
        { id: 'many', demand: { cpu: 2 }, count: 5 },
      ],
      nodes: [{ id: 'x', capacity: { cpu: 5 } }],
    });
    expect(answer).toMatchObject({
      status: 'optimal',
      unplaced: [
        {
          task: 'big',
          copies: 1,
          reasons: [{ code: 'too-big', resource: 'cpu', nodes: 1, example: { node: 'x', required: 9, available: 5 } }],
        },
        {
          task: 'many',
          copies: 3,
          reasons: [{ code: 'full', resource: 'cpu', nodes: 1, example: { node: 'x', required: 2, available: 1 } }],
        },
      ],
    });
  });

  it('lists every heuristic with its regret when asked to compare', async () => {
    const { heuristics, objective } = await answerTo({ ...hard(20, 8), compare: true });
    expect(heuristics.length).toBe(12);
    for (const { regret, objective: cost } of heuristics)
      if (regret !== null) expect(regret).toBeCloseTo((cost - objective!) / objective!, 9);
    expect(heuristics.some(({ regret }) => regret !== null && regret > 0.01)).toBe(true);
    expect(heuristics.every(({ regret }) => regret === null || regret >= 0)).toBe(true);
  });

  it('honours the engine that is named', async () => {
    for (const engine of ['glpk', 'highs', 'jslp'] as const) {
      expect(await answerTo({ ...twoTasks, engine })).toMatchObject({
        method: `ilp:${engine}`,
        objective: 1.5,
        status: 'optimal',
        solver: { engine: expect.stringContaining(engine === 'jslp' ? 'jslp' : engine) },
      });
      expect(await answerTo({ ...twoTasks, engine, mode: 'divisible' })).toMatchObject({
        method: `lp:${engine}`,
        objective: 1.5,
        status: 'optimal',
      });
    }
  });

  it('stops at the gap asked for', async () => {
    const answer = await answerTo({ ...hard(), gap: 0.2, deadlineMs: 20_000 });
    expect(answer).toMatchObject({ status: 'feasible', stop: 'gap', fallback: null });
    expect(answer.gap).toBeLessThanOrEqual(0.2);
  });
});

describe('windows that forbid unplaced tasks', () => {
  it('are infeasible, proven, with the partial answer', async () => {
    const answer = await answerTo({
      ...twoTasks,
      unplaced: 'forbid',
      tasks: [...twoTasks.tasks, { id: 'c', demand: { cpu: 2 }, count: 2 }],
    });
    expect(answer).toMatchObject({
      status: 'infeasible',
      stop: 'proved',
      method: 'none',
      objective: null,
      bound: null,
      gap: null,
      certificate: null,
      assignments: [],
      partial: { status: 'optimal', unplacedBounds: [{ tier: '0', copies: 1 }] },
    });
  });

  it('are unknown when time runs out before a place for all is found or disproved', async () => {
    // 12 items that fill 4 bins of 100 to the brim in one way only: rules and small steps leave some out
    const items = [47, 45, 28, 43, 26, 26, 29, 29, 34, 44, 22, 27];
    const tight: WindowInput = {
      tasks: items.map((cpu, i) => ({ id: `t${i}`, demand: { cpu } })),
      nodes: [{ id: 'n', count: 4, capacity: { cpu: 100 } }],
      unplaced: 'forbid',
      deadlineMs: 300,
    };
    const open = await answerTo(tight, { engines: always({ call: 'limit' }) });
    expect(open).toMatchObject({
      status: 'unknown',
      stop: 'deadline',
      method: 'none',
      objective: null,
      assignments: [],
    });
    expect(open.partial!.summary.unplaced).toBeGreaterThan(0);
    expect(await answerTo({ ...tight, deadlineMs: 30_000 })).toMatchObject({
      status: 'optimal',
      summary: { unplaced: 0 },
    });
  });
});

describe('when engines let us down', () => {
  const cases: [string, Engines, string][] = [
    ['time out with nothing', always({ call: 'limit' }), 'deadline'],
    ['throw', always({ call: 'failed', message: 'boom' }), 'failed'],
    [
      'answer a point that breaks capacities',
      {
        run: async ({ program }) => ({
          outcome: {
            ...without('completed', 'unknown', ''),
            truth: 'feasible',
            solution: program.upper.map((upper) => Math.min(upper, 1)),
            objective: 0,
          },
        }),
      },
      'deadline',
    ],
    [
      'answer all zeros and call it optimal',
      {
        run: async ({ program }) => ({
          outcome: {
            ...without('completed', 'unknown', ''),
            truth: 'optimal',
            solution: new Float64Array(program.columns),
            objective: 0,
          },
        }),
      },
      'deadline',
    ],
  ];
  it.each(cases)('and %s, the best assignment known is sent with its certificate', async (_, stub, stop) => {
    const answer = await answerTo(hard(), { engines: stub });
    expect(answer).toMatchObject({ status: 'feasible', stop });
    expect(answer.certificate!.bound).toBeGreaterThan(0);
    expect(answer.method).toMatch(/^(heuristic:|search)/);
    if (answer.method.startsWith('heuristic:'))
      expect(answer.fallback).toEqual({
        heuristic: answer.method.slice(10),
        because: stop === 'failed' ? 'failed' : 'deadline',
      });
    else expect(answer.fallback).toBeNull();
  });

  it('a heuristic’s answer names itself as the fallback', async () => {
    const trivial: WindowInput = {
      objective: 'time',
      tasks: Array.from({ length: 30 }, (_, i) => ({ id: `t${i}`, demand: { cpu: 1 } })),
      nodes: Array.from({ length: 12 }, (_, j) => ({ id: `n${j}`, capacity: { cpu: 3.5 }, speed: 1 + j })),
    };
    expect(await answerTo(trivial, { engines: always({ call: 'failed' }) })).toMatchObject({
      method: expect.stringMatching(/^heuristic:/),
      fallback: { because: 'failed' },
      stop: 'failed',
    });
  });

  it('an engine’s thread killed in mid-solve costs that solve its engine, and the next finds a fresh thread', async () => {
    const pool = new EnginePool({ warm: ['highs'] });
    try {
      let killed: Promise<void> | undefined;
      const killOnce = ({ stage }: Progress) => {
        if (stage === 'solve') setImmediate(() => (killed ??= pool.endThreads()));
      };
      const answer = await answerTo(
        { ...hard(200, 20), engine: 'highs', deadlineMs: 3000 },
        { engines: pool, onProgress: killOnce },
      );
      await killed;
      expect(answer).toMatchObject({ status: 'feasible', stop: 'failed', summary: { unplaced: 0 } });
      expect(answer.gap).toBeLessThan(0.1);
      expect(await answerTo(twoTasks, { engines: pool })).toMatchObject({
        status: 'optimal',
        method: 'ilp:glpk',
      });
    } finally {
      await pool.close();
    }
  });

  it('an engine that does not stop is ended, and what it had posted is kept', async () => {
    const pool = new EnginePool({ warm: ['highs', 'glpk'] });
    const instance = buildInstance(ready(hard(200, 20)));
    const { program } = formulate(instance, { tier: null, held: [0] }, true);
    try {
      const glpk = await pool.run({ engine: 'glpk', program, limits: {}, endAfterMs: 1500 });
      expect(glpk.outcome).toMatchObject({ call: 'limit', message: 'nobody waited for it any more', truth: 'unknown' });
      // ended as soon as it has posted a point, however long a busy machine takes for that
      const end = new AbortController();
      const onIncumbent = () => end.abort();
      const highs = {
        engine: 'highs',
        program,
        limits: {},
        endAfterMs: Infinity,
        signal: end.signal,
        onIncumbent,
      } as const;
      const { outcome } = await pool.run(highs);
      expect(outcome).toMatchObject({ call: 'limit', message: 'nobody waited for it any more', truth: 'feasible' });
      expect(violationOf(program, outcome.solution!)).toBeLessThanOrEqual(1e-6);
      expect(outcome.objective).toBeCloseTo(objectiveOf(program, outcome.solution!), 9);
      expect(
        (
          await pool.run({
            engine: 'glpk',
            program: formulate(buildInstance(ready(twoTasks)), { tier: null, held: [0] }, true).program,
            limits: {},
            endAfterMs: 20_000,
          })
        ).outcome.truth,
      ).toBe('optimal');
      await pool.whenIdle(); // no one waits for the first two jobs, and they end all the same
    } finally {
      await pool.close();
    }
  });

  it('threads killed again and again while they start are followed by others', async () => {
    const pool = new EnginePool();
    try {
      for (let round = 0; round < 5; round++) {
        await pool.endThreads();
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await answerTo(twoTasks, { engines: pool })).toMatchObject({
        method: 'ilp:glpk',
      });
    } finally {
      await pool.close();
    }
  });

  it('a thread out of memory is a failed engine, and the next finds a fresh thread', async () => {
    const pool = new EnginePool({ memoryMb: 40 });
    const messages: string[] = [];
    const heavy: Engines = {
      async run(task) {
        const run = await pool.run({ ...task, engine: 'jslp', program: wide(600_000), endAfterMs: Infinity });
        messages.push(run.outcome.message);
        return run;
      },
    };
    try {
      const answer = await answerTo({ ...hard(60, 12), engine: 'jslp', deadlineMs: 60_000 }, { engines: heavy });
      expect(answer).toMatchObject({ status: 'feasible', stop: 'failed' });
      expect(messages.length).toBeGreaterThan(0);
      for (const message of messages) expect(message).toMatch('memory limit');
      expect(await answerTo(twoTasks, { engines: pool })).toMatchObject({ status: 'optimal', method: 'ilp:glpk' });
    } finally {
      await pool.close();
    }
  });

  it('a solve that is cancelled answers with what it has', async () => {
    const control = new AbortController();
    const answer = await answerTo(
      { ...hard(200, 20), deadlineMs: 60_000 },
      { signal: control.signal, onProgress: ({ stage }) => void (stage === 'solve' && control.abort()) },
    );
    expect(answer).toMatchObject({ status: 'feasible', stop: 'cancelled' });
  });
});

describe('counting steps instead of time', () => {
  const aside = (answer: Answer) =>
    JSON.stringify({
      ...answer,
      timings: null,
      heuristics: answer.heuristics.map((line) => ({ ...line, ms: 0 })),
      ...(answer.partial ? { partial: { ...answer.partial, timings: null } } : {}),
    });

  it('the same request gets the same answer to the byte, timings aside', async () => {
    for (const raw of [
      { ...hard(30, 8), work: 3, compare: true },
      { ...hard(), work: 100, engine: 'glpk' as const },
      { ...randomWindow(2), work: 50 },
      { ...randomWindow(3, { mode: 'divisible' }), work: 50 },
    ]) {
      const first = await answerTo(raw);
      expect(aside(await answerTo(raw))).toBe(aside(first));
      expect(['proved', 'work', 'gap']).toContain(first.stop);
    }
  });
});

describe('the optimum', () => {
  it('does not depend on the order of tasks and nodes, on units, or on a node that is of no use', async () => {
    for (let seed = 301; seed <= 320; seed++) {
      const raw: WindowInput = { ...randomWindow(seed), unplaced: 'allow' };
      if (raw.times) continue;
      const { objective } = await answerTo(raw);
      const reversed = await answerTo({ ...raw, tasks: raw.tasks.toReversed(), nodes: raw.nodes.toReversed() });
      expect(reversed.objective).toBeCloseTo(objective!, 6);
      const useless = await answerTo({
        ...raw,
        resourceWeights: raw.resourceWeights ?? { cpu: 1 },
        nodes: [...raw.nodes, { id: 'useless', capacity: { cpu: 99, memory: 99, gpu: 99 }, drain: true }],
      });
      const same =
        raw.objective !== 'resource-time' || raw.resourceWeights
          ? objective!
          : (await answerTo({ ...raw, resourceWeights: { cpu: 1 } })).objective!;
      expect(useless.objective).toBeCloseTo(same, 6);
      const weighty = await answerTo({
        ...raw,
        tasks: raw.tasks.map((task) => ({ ...task, weight: 1024 * (task.weight ?? 1) })),
      });
      expect(weighty.objective! / 1024).toBeCloseTo(objective!, 6);
    }
  });

  it('of the demo is near and certified', async () => {
    const demo = JSON.parse(readFileSync(new URL('../examples/demo.json', import.meta.url), 'utf8')) as WindowInput;
    const answer = await answerTo({ ...demo, deadlineMs: 5000 });
    expect(verify(ready(demo), answer.assignments).breaches).toEqual([]);
    expect(answer.gap).toBeLessThan(0.02);
  });
});

it('where the bound of prices is the optimum, an engine finds what meets it', async () => {
  const demo = JSON.parse(readFileSync('examples/demo.json', 'utf8')) as WindowInput;
  const answer = await answerTo({ ...demo, deadlineMs: 60_000 });
  expect(answer).toMatchObject({ status: 'optimal', stop: 'proved', summary: { unplaced: 0 } });
});
