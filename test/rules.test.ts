import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readyWindow } from '../dist/model/parse.js';
import type { Window, WindowInput } from '../dist/model/window.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';
import { exhaustive } from './support/exhaustive.ts';
import { type Judge, loadJudge } from './support/judge.ts';
import { ruledWindow } from './support/ruled-window.ts';

const engines = new EnginePool({ warm: ['glpk', 'highs'] });
let judge: Judge | null = null;
beforeAll(async () => {
  judge = await loadJudge();
});
afterAll(() => engines.close());

function ready(raw: WindowInput): Window {
  const parsed = readyWindow(raw);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal).slice(0, 500));
  return parsed.value;
}

const near = (a: number, b: number, relative: number) =>
  Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b)) + 1e-12;

const FROM = Number(process.env.RULES_FROM ?? 1);
const TO = Number(process.env.RULES_TO ?? 2000);

describe('windows with groups, moves and costs of at most 6 tasks × 4 nodes', () => {
  it('equal exhaustive search, proven', async () => {
    const wrong: string[] = [];
    for (let seed = FROM; seed <= TO; seed++) {
      const raw = { ...ruledWindow(seed), deadlineMs: 20_000 };
      const window = ready(raw);
      const answer = await solve(window, { engines });
      const best = exhaustive(window);
      const tell = (what: string) => wrong.push(`seed ${seed}: ${what}`);
      for (const fault of judge?.(raw, answer).faults ?? []) tell(fault);
      const total = best.unplaced.reduce((sum, copies) => sum + copies, 0);
      const found = answer.partial ?? answer;
      if (window.unplaced === 'forbid' && total > 0) {
        if (answer.status !== 'infeasible' || answer.stop !== 'proved')
          tell(`${answer.status} (${answer.stop}), though ${total} copies fit nowhere`);
        for (const fault of judge?.({ ...raw, unplaced: 'allow' }, answer.partial!).faults ?? [])
          tell(`partial: ${fault}`);
      } else if (answer.status !== 'optimal') tell(`${answer.status} (${answer.stop})`);
      best.tiers.forEach((tier, t) => {
        const said = found.unplacedBounds[t]!;
        if (said.tier !== tier || said.copies !== best.unplaced[t])
          tell(`tier ${tier}: ${said.copies} of ${said.tier} unplaced, least is ${best.unplaced[t]}`);
      });
      if (!near(found.objective!, best.cost, 1e-6)) tell(`cost ${found.objective}, least is ${best.cost}`);
    }
    expect(wrong).toEqual([]);
  });
});
