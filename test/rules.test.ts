import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { faultsAgainstExhaustive } from './support/against-exhaustive.ts';
import { type Judge, loadJudge } from './support/judge.ts';
import { ruledWindow } from './support/ruled-window.ts';

const engines = new EnginePool({ warm: ['glpk', 'highs'] });
let judge: Judge | null = null;
beforeAll(async () => {
  judge = await loadJudge();
});
afterAll(() => engines.close());

describe('windows with groups, moves and costs of at most 6 tasks × 4 nodes', () => {
  it.each([1, 501, 1001, 1501])('equal exhaustive search, proven, 500 from seed %i on', async (first) => {
    const wrong: string[] = [];
    for (let seed = first; seed < first + 500; seed++) {
      const found = await faultsAgainstExhaustive({ ...ruledWindow(seed), deadlineMs: 20_000 }, engines, judge);
      wrong.push(...found.wrong.map((what) => `seed ${seed}: ${what}`));
    }
    expect(wrong).toEqual([]);
  });
});
