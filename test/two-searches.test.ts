import { describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import type { WindowInput } from '../dist/model/window.js';
import type { Engines } from '../dist/solver/engine-pool.js';
import { without } from '../dist/solver/engines/engine.js';
import type { SearchJob } from '../dist/solver/search/search.js';
import { solve } from '../dist/solver/solve.js';
import { ready } from './support/windows.ts';

type Job = Pick<SearchJob, 'board' | 'stop'> & Partial<Pick<SearchJob, 'seed' | 'others' | 'strides'>>;

/** Engines that find nothing, note what they are given, and go on until they are told to stop; a second search ends the solve. */
function idleEngines() {
  const jobs: { name: string; job: Job }[] = [];
  const seen = new AbortController();
  const idle = (name: string) => (job: Job, signal: AbortSignal) => {
    jobs.push({ name, job });
    if (name === 'searchBeside') seen.abort();
    return new Promise<void>((resolve) => {
      const end = () => {
        clearInterval(watch);
        resolve();
      };
      const told = () => Atomics.load(job.stop, 0) !== 0 || job.strides === 3;
      const watch = setInterval(() => told() && end(), 5);
      signal.addEventListener('abort', end);
    });
  };
  const engines: Engines = {
    run: async () => ({ outcome: without('limit', 'unknown', '') }),
    search: idle('search'),
    searchBeside: idle('searchBeside'),
    prove: idle('prove'),
  };
  return { engines, jobs, names: () => jobs.map(({ name }) => name), signal: seen.signal };
}

const window = (options: object, request: WindowInput | object = {}) =>
  ready({
    ...clusterWindow({ tasks: 500, nodes: 50, kinds: 20, load: 0.7, seed: 1, noise: 'kind', ...options }),
    ...request,
  });

describe('two searches', () => {
  const large = { tasks: 1600, nodes: 100, kinds: 4 };

  it('work on a window too large for the proof, each told of the other', async () => {
    const { engines, jobs, names, signal } = idleEngines();
    await solve(window(large, { deadlineMs: 20_000 }), { engines, signal });
    expect(names()).toEqual(['search', 'searchBeside']);
    const [one, two] = jobs.map(({ job }) => job);
    expect(one!.others!.map(({ memory }) => memory)).toContain(two!.board.memory);
    expect(two!.others!.map(({ memory }) => memory)).toContain(one!.board.memory);
    expect(one!.board.memory).not.toBe(two!.board.memory);
    expect(one!.seed).not.toBe(two!.seed);
  });

  it('take over from a proof whose bound does not rise, which is told to stop', async () => {
    const { engines, jobs, names, signal } = idleEngines();
    await solve(window({}, { deadlineMs: 5000 }), { engines, signal });
    expect(names()).toEqual(['prove', 'search', 'searchBeside']);
    expect(Atomics.load(jobs[0]!.job.stop, 0)).not.toBe(0);
    expect(jobs[1]!.job.others!.map(({ memory }) => memory)).toContain(jobs[2]!.job.board.memory);
  });

  it('are one where steps are counted', async () => {
    const { engines, names } = idleEngines();
    await solve(window(large, { work: 3 }), { engines });
    expect(names()).toEqual(['search']);
  });
});
