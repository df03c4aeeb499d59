import { describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { scoreOf } from '../dist/model/assignment.js';
import type { Instance } from '../dist/model/instance.js';
import type { WindowInput } from '../dist/model/window.js';
import { post } from '../dist/solver/board.js';
import type { Engines } from '../dist/solver/engine-pool.js';
import { without } from '../dist/solver/engines/engine.js';
import { Handover } from '../dist/solver/proof/handover.js';
import type { ProofJob } from '../dist/solver/proof-job.js';
import type { SearchJob } from '../dist/solver/search/search.js';
import { placesOf } from '../dist/solver/search/units.js';
import { solve } from '../dist/solver/solve.js';
import { ready } from './support/windows.ts';

type Job = Pick<SearchJob, 'board' | 'stop'> & Partial<Pick<SearchJob, 'seed' | 'others' | 'strides'>>;

/** Engines that find nothing, note what they are given, and go on until they are told to stop; the job of the `last` name ends the solve. */
function idleEngines(last = 'searchBeside') {
  const jobs: { name: string; job: Job }[] = [];
  const seen = new AbortController();
  const idle = (name: string) => (job: Job, signal: AbortSignal) => {
    jobs.push({ name: jobs.some((one) => one.name === name) ? `${name} again` : name, job });
    if (jobs.at(-1)!.name === last) seen.abort();
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
    assist: idle('assist'),
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

describe('a search beside a proof', () => {
  /** Of 50 copies: a search cools down in 1.5 s where there is twice that time. */
  const proven = { tasks: 50, nodes: 12, kinds: 12 };

  /** What runs up to the job named `last` beside a proof whose bound is such a share of the best cost, in a round or before it. */
  async function beside(last: string, bound: number, { round = true, deadlineMs = 30_000 } = {}) {
    const { engines, jobs, names, signal } = idleEngines(last);
    const prove = (job: ProofJob, signal: AbortSignal) => {
      const instance = job.instance as Instance;
      const { cost } = scoreOf(instance, job.start);
      post(job.board, placesOf(instance, job.start), cost, bound * cost);
      const duals = new Float64Array(instance.tasks);
      if (round) new Handover(job.handover!, 'owner').announce({ cut: cost, duals, kept: [] });
      return engines.prove!(job, signal);
    };
    await solve(window(proven, { deadlineMs }), { engines: { ...engines, prove }, signal });
    return { jobs, names: names() };
  }

  it('assists it once it has cooled down near the bound', async () => {
    expect((await beside('assist', 0.9985)).names).toEqual(['prove', 'search', 'assist']);
  });

  it('searches again, on a board of its own, while the bound is far or has had no round', async () => {
    for (const [bound, round] of [
      [0.99, true],
      [0.9985, false],
    ] as const) {
      const { jobs, names } = await beside('search again', bound, { round });
      expect(names).toEqual(['prove', 'search', 'search again']);
      const [, one, two] = jobs;
      expect(two!.job.board.memory).not.toBe(one!.job.board.memory);
      expect(Atomics.load(one!.job.stop, 0)).not.toBe(0);
    }
  });

  it('takes all of the time where there is too little to cool down in', async () => {
    expect((await beside('none', 0.9985, { deadlineMs: 2500 })).names).toEqual(['prove', 'search']);
  });
});
