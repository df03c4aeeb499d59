import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convert, formatOf } from '../../dist/formats/formats.js';
import { HEURISTICS } from '../../dist/heuristics/heuristics.js';
import type { Answer } from '../../dist/model/answer.js';
import { compareScores, scoreOf } from '../../dist/model/assignment.js';
import { buildInstance } from '../../dist/model/instance.js';
import { verify } from '../../dist/model/verifier.js';
import type { WindowInput } from '../../dist/model/window.js';
import { EnginePool } from '../../dist/solver/engine-pool.js';
import { solve } from '../../dist/solver/solve.js';
import { type Judge, loadJudge, shared } from '../support/judge.ts';
import { reasonFaults } from '../support/recount.ts';
import { ready } from '../support/windows.ts';

const data = shared('data/');
if (!data) console.info('skipped: published instances (../shared/data) are not there');
const text = (path: string) => readFileSync(new URL(path, data!), 'utf8');

describe.skipIf(!data)('published instances', () => {
  const engines = new EnginePool({
    ready: availableParallelism(),
    threads: availableParallelism(),
    warm: ['glpk', 'highs'],
  });
  let judge: Judge;
  beforeAll(async () => {
    judge = (await loadJudge())!;
  });
  afterAll(() => engines.close());

  async function answerTo(raw: WindowInput): Promise<Answer> {
    const answer = await solve(ready(raw), { engines });
    expect(judge(raw, answer).faults).toEqual([]);
    return answer;
  }
  const assignmentProblem = (path: string, deadlineMs: number): WindowInput => ({
    ...convert(formatOf('gap'), [text(`gap/${path}`)], {}).window,
    deadlineMs,
  });
  const known = () =>
    new Map(
      text('gap/known-values.csv')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => [line.split(',')[0]!, Number(line.split(',')[4])]),
    );

  it('all 60 generalized assignment problems of Cattrysse et al. are solved to their known values, proven', async () => {
    const values = known();
    const files = readdirSync(new URL('gap/cattrysse1994/', data!)).map((file) => `cattrysse1994/${file}`);
    expect(files.length).toBe(60);
    const queue = [...files];
    const wrong: string[] = [];
    const worker = async () => {
      for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
        const { status, objective } = await answerTo(assignmentProblem(path, 120_000));
        if (status !== 'optimal' || Math.abs(objective! - values.get(path)!) > 1e-6)
          wrong.push(`${path}: ${status} ${objective}, known ${values.get(path)}`);
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
    expect(wrong).toEqual([]);
  }, 400_000);

  it.each(['a05100', 'b05100', 'c05100'])(
    '%s comes within 0.003 of the known value at a 5 s deadline',
    async (name) => {
      const best = known().get(`chu1997/${name}`)!;
      const { objective } = await answerTo(assignmentProblem(`chu1997/${name}`, 5000));
      expect(objective! / best).toBeLessThanOrEqual(1.003);
    },
  );

  /** No heuristic, with or without prices, may beat an answer. */
  function expectNoHeuristicBetter(raw: WindowInput, answer: Answer): void {
    const window = ready(raw);
    const instance = buildInstance(window);
    const verdict = verify(window, answer.assignments);
    const score = { unplaced: Float64Array.from(verdict.unplaced, ({ copies }) => copies), cost: verdict.objective };
    for (const heuristic of HEURISTICS.values()) {
      const other = scoreOf(instance, heuristic.place(instance)!.assignment);
      expect(compareScores(score, other), heuristic.name).toBeLessThanOrEqual(1e-9 * Math.abs(other.cost));
    }
    expect(answer.certificate).not.toBeNull();
    expect(answer.bound).toBeGreaterThan(0);
  }

  it('1,000 pods of the Alibaba trace on 200 of its nodes, at 2 s', async () => {
    for (const pods of ['pods.csv', 'pods-gpuspec33.csv']) {
      const { window } = convert(
        formatOf('alibaba'),
        [text('alibaba-gpu-2023/nodes.csv'), text(`alibaba-gpu-2023/${pods}`)],
        { take: 1000, nodes: 200, seed: 1 },
      );
      const raw = { ...window, deadlineMs: 2000 };
      expectNoHeuristicBetter(raw, await answerTo(raw));
    }
  });

  it.each([1, 2])('2,000 pods on 400 nodes, a third asking for kinds of GPU, at 3 s: sample %i', async (seed) => {
    const { window } = convert(
      formatOf('alibaba'),
      [text('alibaba-gpu-2023/nodes.csv'), text('alibaba-gpu-2023/pods-gpuspec33.csv')],
      { take: 2000, nodes: 400, seed },
    );
    const raw = { ...window, deadlineMs: 3000 };
    const answer = await answerTo(raw);
    expect(window.tasks.filter(({ requires }) => requires?.gpu !== undefined).length).toBeGreaterThan(400);
    expect(answer.summary.unplaced).toBeGreaterThan(0);
    expectNoHeuristicBetter(raw, answer);
    expect(reasonFaults(ready(raw), answer)).toEqual([]);
  });

  it('100 Gavel jobs on 36 v100, 36 p100 and 36 k80 GPUs, at 2 s', async () => {
    for (const objective of ['resource-time', 'time', 'price'] as const) {
      const { window } = convert(
        formatOf('gavel'),
        [text('gavel/throughputs.json'), text('gavel/physical_cluster/minimize_makespan.trace')],
        {},
      );
      const raw: WindowInput = { ...window, deadlineMs: 2000, objective };
      const answer = await answerTo(raw);
      expect(answer.summary.tasks).toBe(100);
      expectNoHeuristicBetter(raw, answer);
    }
  });
});
