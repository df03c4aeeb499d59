import { afterAll, expect, it } from 'vitest';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';
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
