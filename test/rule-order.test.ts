import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { warmUp } from '../dist/api/planners/warm-up.js';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import { buildInstance } from '../dist/model/instance.js';
import type { WindowInput } from '../dist/model/window.js';
import { type Budget, now, untilDeadline } from '../dist/solver/budget.js';
import { EnginePool, type Engines } from '../dist/solver/engine-pool.js';
import { without } from '../dist/solver/engines/engine.js';
import { runFirstHeuristic, runHeuristics } from '../dist/solver/greedy-stage.js';
import { improve } from '../dist/solver/improve.js';
import { SolveState } from '../dist/solver/state.js';
import { ready } from './support/windows.ts';

const broken: Engines = {
  run: async () => ({ outcome: without('failed', 'unknown', 'none here') }),
  relax: async () => 'none here',
};

/** The rules that ran, in order, when each takes `ms` of a clock that stands at `deadline` before its end. */
function ran(window: WindowInput, deadline: number, ms: number): string[] {
  const left = () => deadline - ms * (state?.heuristics.size ?? 0);
  const budget: Budget = { remainingMs: left, expired: () => left() <= 0, steps: Number.POSITIVE_INFINITY };
  let state: SolveState | undefined;
  state = new SolveState(buildInstance(ready(window)), budget, broken);
  runHeuristics(state);
  return [...state.heuristics.keys()];
}

const node = { id: 'x', capacity: { cpu: 10 } };
const tasks = (many: number, count = 1) =>
  Array.from({ length: many }, (_, i) => ({ id: `t${i}`, demand: { cpu: 1 }, count }));

describe('rules that have little time', () => {
  test('have 15 % of it, the likeliest first', () => {
    const roomy = { tasks: tasks(3), nodes: [node] };
    expect(ran(roomy, 1000, 40)).toEqual(['price-greedy', 'fastest-node', 'first-fit', 'priority']);
    expect(ran(roomy, 40, 0.5)).toHaveLength(HEURISTICS.size);
  });

  test('have 60 % of it while copies are left out, those first that leave out few', () => {
    expect(ran({ tasks: tasks(12), nodes: [node] }, 100, 20)).toEqual([
      'price-greedy',
      'shortest-job-first',
      'nomad-binpack',
    ]);
    expect(ran({ tasks: tasks(3, 5), nodes: [node] }, 100, 20)).toEqual(['price-greedy', 'worst-fit', 'random']);
  });

  test('the first runs whatever the clock says', () => {
    expect(ran({ tasks: tasks(3), nodes: [node] }, -5, 1)).toEqual(['price-greedy']);
  });
});

describe('rules beside the relaxation of a divisible window', () => {
  let engines: EnginePool;
  beforeAll(() => {
    engines = new EnginePool({ warm: ['glpk'] });
  });
  afterAll(() => engines.close());

  const window: WindowInput = {
    mode: 'divisible',
    tasks: ['a', 'b', 'c'].map((id, i) => ({
      id,
      demand: { cpu: 2 },
      on: { x: { duration: 1 + i }, y: { duration: 5 } },
    })),
    nodes: ['x', 'y'].map((id) => ({ id, capacity: { cpu: 3 } })),
  };
  const rulesWith = async (used: Engines): Promise<string[]> => {
    const state = new SolveState(buildInstance(ready(window)), untilDeadline(now() + 60_000), used);
    runFirstHeuristic(state);
    await improve(state);
    return [...state.heuristics.keys()];
  };

  test('do not run where it is solved at once', async () => {
    expect(await rulesWith(engines)).toEqual(['price-greedy']);
  });

  test('run where it is not', async () => {
    expect((await rulesWith(broken)).sort()).toEqual([...HEURISTICS.keys()].sort());
  });
});

test('the windows that threads are warmed up with are answered', async () => {
  await warmUp({ engines: broken });
});
