import { afterAll, expect, it } from 'vitest';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';
import { exhaustive } from './support/exhaustive.ts';
import { ruledWindow } from './support/ruled-window.ts';
import { straightRuledOptimum } from './support/straight-ruled.ts';
import { ready } from './support/windows.ts';

// What highs 1.15.3 says where it misleads, and what the engine makes of it. A first half that fails after an upgrade
// means that the library has changed; a second half that fails means that the engine is wrong.

const engines = new EnginePool({ warm: ['highs'] });
afterAll(() => engines.close());

it('with mip_feasibility_tolerance below its default, solutions are called optimal that are not', async () => {
  const raw = ruledWindow(178, { mode: 'divisible', mostTasks: 7, mostNodes: 8, mostCopies: 3 });
  const window = ready({ ...raw, unplaced: 'allow', engine: 'highs', deadlineMs: 20_000 });
  expect((await straightRuledOptimum(window, 1e-9)).cost).toBeCloseTo(54.625, 6);
  expect((await straightRuledOptimum(window, 1e-6)).cost).toBeCloseTo(50.750676, 5);

  const { status, objective, bound } = await solve(window, { engines });
  expect(status).toBe('optimal');
  expect([objective, bound]).toEqual([expect.closeTo(50.750676, 5), expect.closeTo(50.750676, 5)]);
});

it('with its default, presolve calls a program whose rows have coefficients six digits apart solved at the wrong point', async () => {
  const window = ready({
    engine: 'highs',
    objective: 'time',
    deadlineMs: 20_000,
    tasks: [
      { id: 's0', demand: { cpu: 1.5 }, duration: 3 },
      { id: 's1', demand: { cpu: 1 }, duration: 2 },
      { id: 's2', demand: { cpu: 1 }, duration: 4 },
      { id: 'c', count: 3, demand: { cpu: 5e6 }, duration: 2 },
    ],
    nodes: [
      { id: 'n0', capacity: { cpu: 1e7 }, openCost: 1750 },
      { id: 'n1', capacity: { cpu: 1.2e7 }, speed: 1.5, openCost: 1200 },
      { id: 'n2', capacity: { cpu: 1.1e7 }, openCost: 1650 },
      { id: 'n3', capacity: { cpu: 1.1e7 }, openCost: 1050 },
    ],
  });
  const { cost } = exhaustive(window);
  expect(cost).toBeCloseTo(2260.6667, 3);
  const { status, objective, bound } = await solve(window, { engines });
  expect(bound).toBeLessThanOrEqual(cost * (1 + 1e-6));
  if (status === 'optimal') expect(objective).toBeCloseTo(cost, 3);
});
