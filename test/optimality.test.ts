import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WindowInput } from '../dist/model/window.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';
import { faultsAgainstExhaustive, near } from './support/against-exhaustive.ts';
import { type Judge, loadJudge } from './support/judge.ts';
import { randomWindow } from './support/random-window.ts';
import { straightOptimum } from './support/straight.ts';
import { ready } from './support/windows.ts';

const engines = new EnginePool({ warm: ['glpk', 'highs'] });
let judge: Judge | null = null;
beforeAll(async () => {
  judge = await loadJudge();
});
afterAll(() => engines.close());

describe('integral windows of at most 6 tasks × 4 nodes', () => {
  it('equal exhaustive search on 500 random windows, proven', async () => {
    const wrong: string[] = [];
    let refusals = 0;
    for (let seed = 1; seed <= 500; seed++) {
      const { wrong: here, refused } = await faultsAgainstExhaustive(randomWindow(seed), engines, judge);
      wrong.push(...here.map((what) => `seed ${seed}: ${what}`));
      if (refused) refusals++;
    }
    expect(wrong).toEqual([]);
    expect(refusals).toBeGreaterThan(5);
  });
});

describe('divisible windows', () => {
  it('equal the optimum of a straight formulation on 100 random windows, to 1e-7', async () => {
    const wrong: string[] = [];
    for (let seed = 1001; seed <= 1100; seed++) {
      const raw = randomWindow(seed, { mode: 'divisible', mostTasks: 20, mostNodes: 8, mostCopies: 5 });
      const window = ready(raw);
      const answer = await solve(window, { engines });
      const best = await straightOptimum(window);
      const tell = (what: string) => wrong.push(`seed ${seed}: ${what}`);
      for (const fault of judge?.(raw, answer).faults ?? []) tell(fault);
      const found = answer.partial ?? answer;
      if (window.unplaced === 'allow' && answer.status !== 'optimal') tell(`${answer.status} (${answer.stop})`);
      best.tiers.forEach((tier, t) => {
        if (
          !near(found.unplacedBounds[t]?.copies ?? Number.NaN, best.unplaced[t]!, 1e-6) &&
          Math.abs(found.unplacedBounds[t]!.copies! - best.unplaced[t]!) > 1e-6
        )
          tell(`tier ${tier}: ${found.unplacedBounds[t]?.copies}, least is ${best.unplaced[t]}`);
      });
      if (!near(found.objective!, best.cost, 1e-7)) tell(`cost ${found.objective}, least is ${best.cost}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('answers to larger random windows', () => {
  it('are accepted by the independent judge: 150 windows, both modes, tight and over-full, short deadlines too', async (context) => {
    if (!judge) return context.skip();
    const wrong: string[] = [];
    for (let seed = 2001; seed <= 2150; seed++) {
      const raw: WindowInput = {
        ...randomWindow(seed, {
          mode: seed % 3 === 0 ? 'divisible' : 'integral',
          mostTasks: 40,
          mostNodes: 12,
          mostCopies: 6,
        }),
        deadlineMs: [30, 100, 400][seed % 3]!,
        compare: seed % 5 === 0,
      };
      const answer = await solve(ready(raw), { engines });
      for (const fault of judge(raw, answer).faults) wrong.push(`seed ${seed}: ${fault}`);
      if (answer.partial)
        for (const fault of judge({ ...raw, unplaced: 'allow' }, answer.partial).faults)
          wrong.push(`seed ${seed}, partial: ${fault}`);
    }
    expect(wrong).toEqual([]);
  });
});
