import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest';
import { EnginePool } from '../../dist/solver/engine-pool.js';
import { type Judge, loadJudge } from './judge.ts';

/** Engines for the tests of a file, and the judge of what they answer. No test may end with an assignment refused. */
export async function judgedEngines(): Promise<{ engines: EnginePool; judge: Judge | null }> {
  const engines = new EnginePool({ warm: ['glpk', 'highs'] });
  afterAll(() => engines.close());
  // an assignment that fails verification is not sent, but it is a bug all the same
  const refusals = vi.spyOn(console, 'error');
  beforeEach(() => refusals.mockClear());
  afterEach(() => expect(refusals).not.toHaveBeenCalled());
  return { engines, judge: await loadJudge() };
}
