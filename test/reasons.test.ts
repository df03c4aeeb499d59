import { afterAll, describe, expect, it } from 'vitest';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';
import { reasonFaults } from './support/recount.ts';
import { ruledWindow } from './support/ruled-window.ts';
import { ready } from './support/windows.ts';

const engines = new EnginePool({ warm: ['glpk', 'highs'] });
afterAll(() => engines.close());

/** What is wrong with the reasons of the answers to random windows. */
async function wrongReasons(
  seeds: readonly number[],
  options: Parameters<typeof ruledWindow>[1],
  deadlineMs: number,
): Promise<{ wrong: string[]; explained: number; codes: Set<string> }> {
  const wrong: string[] = [];
  const codes = new Set<string>();
  let explained = 0;
  for (const seed of seeds) {
    const window = ready({ ...ruledWindow(seed, options), deadlineMs });
    const answer = await solve(window, { engines });
    const sent = answer.partial ?? answer;
    wrong.push(...reasonFaults(window, sent).map((what) => `seed ${seed}, ${what}`));
    for (const { task, reasons } of sent.unplaced) {
      for (const { code } of reasons) codes.add(code);
      if (answer.status === 'optimal' && reasons.some(({ code }) => code === 'overlooked'))
        wrong.push(`seed ${seed}, ${task}: overlooked in an optimal answer`);
      explained++;
    }
  }
  return { wrong, explained, codes };
}

const seeds = (from: number, many: number) => Array.from({ length: many }, (_, k) => from + k);

describe('every reason is true of the answer, and every node has one', () => {
  it('of small windows with every rule', async () => {
    const { wrong, explained, codes } = await wrongReasons(seeds(1, 300), {}, 20_000);
    expect(wrong).toEqual([]);
    expect(explained).toBeGreaterThan(200);
    expect(codes.size).toBeGreaterThan(14);
  });

  it('of small divisible windows', async () => {
    const { wrong, explained } = await wrongReasons(seeds(1, 100), { mode: 'divisible' }, 20_000);
    expect(wrong).toEqual([]);
    expect(explained).toBeGreaterThan(50);
  });

  it('of larger windows at short deadlines', async () => {
    const { wrong, explained } = await wrongReasons(
      seeds(7000, 25),
      { mostTasks: 60, mostNodes: 15, mostCopies: 4 },
      80,
    );
    expect(wrong).toEqual([]);
    expect(explained).toBeGreaterThan(100);
  });
});
