import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import type { Answer } from '../dist/model/answer.js';
import { compareScores, scoreOf } from '../dist/model/assignment.js';
import { buildInstance } from '../dist/model/instance.js';
import { random } from '../dist/model/random.js';
import { validateWindow } from '../dist/model/validate.js';
import type { WindowInput } from '../dist/model/window.js';
import { newBoard, read } from '../dist/solver/board.js';
import { now, untilDeadline } from '../dist/solver/budget.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { descend } from '../dist/solver/search/descent.js';
import { assignmentAt } from '../dist/solver/search/units.js';
import { solve } from '../dist/solver/solve.js';
import { exhaustive } from './support/exhaustive.ts';
import { type Judge, loadJudge } from './support/judge.ts';
import { randomWindow } from './support/random-window.ts';
import { ready } from './support/windows.ts';

const engines = new EnginePool({ ready: 1, searchers: 1, warm: ['glpk', 'highs'] });
let judge: Judge | null = null;
beforeAll(async () => {
  judge = await loadJudge();
});
afterAll(() => engines.close());

async function answerTo(raw: WindowInput): Promise<Answer> {
  const answer = await solve(ready(raw), { engines });
  expect(judge?.(raw, answer).faults ?? []).toEqual([]);
  return answer;
}
const node = (capacity: number, more: object = {}) => ({ id: 'n', capacity: { c: capacity }, ...more });

describe('costs beyond all measure beside ordinary ones', () => {
  it('do not drown the optimum in tolerances: 150 windows, every engine, against exhaustive search', async () => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= 150; seed++) {
      const next = random(seed);
      const sentinel = 10 ** (6 + Math.floor(9 * next()));
      const tasks = Array.from({ length: 6 }, (_, i) => ({ id: `t${i}`, demand: { c: 2 + Math.floor(6 * next()) } }));
      const times = tasks.map(() => [0, 1, 2].map(() => (next() < 0.3 ? sentinel : 1 + Math.floor(20 * next()))));
      const nodes = [12, 9, 12].map((c, j) => ({ id: `n${j}`, capacity: { c } }));
      const raw: WindowInput = {
        objective: 'time',
        tasks,
        nodes,
        times,
        engine: (['auto', 'glpk', 'highs'] as const)[seed % 3]!,
        deadlineMs: 20_000,
      };
      const best = exhaustive(ready(raw));
      const answer = await answerTo(raw);
      const off = Math.abs(answer.objective! - best.cost) > 1e-6 * best.cost;
      if (answer.status !== 'optimal' || off)
        wrong.push(`seed ${seed}: ${answer.status} ${answer.objective}, least ${best.cost}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('amounts and counts beyond all measure', () => {
  it('a node nearly all used holds what is free, to the tolerance of what is free', async () => {
    const nodes = [node(1e12, { used: { c: 1e12 - 1000 } }), { id: 'm', capacity: { c: 1e4 }, speed: 0.1 }];
    const tasks = ['a', 'b'].map((id) => ({ id, demand: { c: 502 } }));
    expect(await answerTo({ objective: 'time', tasks, nodes })).toMatchObject({ status: 'optimal', objective: 11 });
  });

  it('one copy of two million too many is one too many', async () => {
    // not judged: to the judge a millionth of an entry is nothing, in integral windows too
    const window = ready({ tasks: [{ id: 'a', demand: { c: 1 }, count: 2_000_000 }], nodes: [node(1_999_999)] });
    const answer = await solve(window, { engines });
    expect(answer).toMatchObject({ summary: { unplaced: 1 }, unplacedBounds: [{ copies: 1 }] });
    const refused = await solve({ ...window, unplaced: 'forbid' }, { engines });
    expect(refused).toMatchObject({ status: 'infeasible', stop: 'proved' });
  });

  it('tiers of tens of millions are told to the copy, or not at all', async () => {
    const tasks = [
      { id: 'z', demand: { c: 100 }, count: 30_000_000 },
      { id: 'a', demand: { c: 60 } },
      { id: 'b', demand: { c: 50 } },
      { id: 'd', demand: { c: 50 } },
    ];
    const answer = await answerTo({
      engine: 'highs',
      objective: 'time',
      tasks,
      nodes: [node(100)],
      times: [[1], [1], [9], [9]],
    });
    expect(answer.summary.unplaced).toBe(30_000_001);
    expect([30_000_001, null]).toContain(answer.unplacedBounds[0]!.copies);
  });

  it('a thousand million copies are placed in parts, by the clock or by steps', async () => {
    const raw: WindowInput = { tasks: [{ id: 'a', demand: { c: 1 }, count: 1e9 }], nodes: [node(1e9)] };
    expect(await answerTo({ ...raw, work: 1 })).toMatchObject({ summary: { unplaced: 0 } });
    expect(await answerTo(raw)).toMatchObject({ status: 'optimal', summary: { unplaced: 0 } });
  });

  it('nodes by the ten thousand', async () => {
    const tasks = [{ id: 'a', demand: { c: 1 }, count: 100_000 }];
    expect(await answerTo({ tasks, nodes: [node(5, { count: 20_000 })] })).toMatchObject({
      status: 'optimal',
      summary: { unplaced: 0, nodesUsed: 20_000 },
    });
  });

  it('bad cells of a matrix by the million are told in part', () => {
    const times = Array.from({ length: 1000 }, () => Array.from({ length: 1000 }, () => 'x'));
    const tasks = times.map((_, i) => ({ id: `t${i}`, demand: {} }));
    const validated = validateWindow({ tasks, nodes: [node(1, { count: 1000 })], times });
    expect(validated.ok ? 0 : validated.faults.length).toBeGreaterThan(100);
    expect(validated.ok ? 0 : validated.faults.length).toBeLessThan(5000);
  });
});

describe('where the default engine does not finish', () => {
  const equal: WindowInput = {
    tasks: Array.from({ length: 14 }, (_, i) => ({ id: `t${i}`, demand: { c: 5 + (i % 5) } })),
    nodes: Array.from({ length: 6 }, (_, j) => ({ id: `n${j}`, capacity: { c: 18 }, speed: 1 + j / 3 })),
    deadlineMs: 30_000,
  };

  it('the next one takes over', async () => {
    expect(await answerTo(equal)).toMatchObject({ status: 'optimal', objective: expect.closeTo(54.2642857, 6) });
  });

  it('a gap asked for never makes an answer worse than it', async () => {
    for (const gap of [0.02, 0.05, 0.3]) {
      const answer = await answerTo({ ...equal, gap });
      expect(['proved', 'gap']).toContain(answer.stop);
      expect(answer.gap).toBeLessThanOrEqual(gap);
    }
  });
});

describe('the search', () => {
  it('never gives back less than it was given, and its last word is its best: 30 over-full windows', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const instance = buildInstance(
        ready({ ...randomWindow(seed, { mostTasks: 60, mostNodes: 12, mostCopies: 4 }), unplaced: 'allow' }),
      );
      const start = descend(
        instance,
        HEURISTICS.get('first-fit')!.place(instance)!.assignment,
        untilDeadline(now() + 1000),
      );
      const { window: _, nodes, ...numbers } = instance;
      const board = newBoard(instance.count.reduce((sum, copies) => sum + copies, 0));
      const stop = new Int32Array(new SharedArrayBuffer(4));
      const prices = new Float64Array(nodes.classes * instance.width);
      const job = {
        instance: { ...numbers, nodes: { ...nodes, representative: [] } },
        start,
        prices,
        settled: false,
        seed,
        deadline: Number.POSITIVE_INFINITY,
        strides: 5,
        board,
        stop,
      };
      await engines.search(job, new AbortController().signal);
      const posted = read(board);
      if (!posted) continue;
      const found = assignmentAt(instance, posted.x);
      expect(compareScores(scoreOf(instance, found), scoreOf(instance, start))).toBeLessThanOrEqual(0);
    }
  });
});
