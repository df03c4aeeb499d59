import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { convert, formatOf } from '../dist/formats/formats.js';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import { compareScores, scoreOf } from '../dist/model/assignment.js';
import { homelessCopies } from '../dist/model/dual.js';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { KnapsackTable } from '../dist/solver/knapsack-table.js';
import { prove } from '../dist/solver/proof/prove.js';
import { assignmentAt } from '../dist/solver/search/units.js';
import { solve } from '../dist/solver/solve.js';
import { exhaustive } from './support/exhaustive.ts';
import { shared } from './support/judge.ts';
import { randomWindow } from './support/random-window.ts';
import { ready } from './support/windows.ts';

/** The best that the rules find. */
function start(instance: Instance) {
  const found = [...HEURISTICS.values()].map((rule) => scoreOf(instance, rule.place(instance)!.assignment));
  return found.sort(compareScores)[0]!;
}

/** Proves an instance from what the rules find, and checks every report on the way. */
function proof(instance: Instance, nodes = Number.POSITIVE_INFINITY) {
  const seen = { cost: start(instance).cost, bound: Number.NEGATIVE_INFINITY };
  const result = prove(instance, {
    prices: new Float64Array(instance.nodes.classes * instance.width),
    cost: seen.cost,
    expired: (done) => done >= nodes,
    upper: () => Number.POSITIVE_INFINITY,
    onImproved: (places, cost) => {
      const score = scoreOf(instance, assignmentAt(instance, places));
      expect(cost).toBeLessThan(seen.cost);
      expect(score.cost).toBeCloseTo(cost, 6);
      expect(score.unplaced).toEqual(homelessCopies(instance));
      seen.cost = cost;
    },
    onBound: (bound) => {
      expect(bound).toBeGreaterThanOrEqual(seen.bound);
      seen.bound = bound;
    },
  });
  return { ...result, cost: seen.cost };
}

describe('branch and bound', () => {
  it('equals exhaustive search wherever all copies can be placed', () => {
    const wrong: string[] = [];
    let proven = 0;
    for (let seed = 1; seed <= 600; seed++) {
      const window = ready(randomWindow(seed));
      const instance = buildInstance(window);
      const homeless = homelessCopies(instance);
      if (compareScores({ unplaced: homeless, cost: 0 }, { ...start(instance), cost: 0 }) !== 0) continue;
      const best = exhaustive(window);
      const { proven: closed, bound, cost } = proof(instance);
      const near = Math.abs(cost - best.cost) <= 1e-6 * best.cost + 1e-12;
      if (!closed || !near || bound > best.cost * (1 + 1e-9) + 1e-12)
        wrong.push(`seed ${seed}: ${cost} ≥ ${bound} (${closed}), least is ${best.cost}`);
      proven++;
    }
    expect(wrong).toEqual([]);
    expect(proven).toBeGreaterThan(200);
  });

  it('agrees with HiGHS on windows of 20 tasks, copies among them', async () => {
    const engines = new EnginePool({ warm: ['highs'] });
    for (let seed = 1; seed <= 3; seed++) {
      const raw = clusterWindow({ tasks: 20, nodes: 5, kinds: 3, load: 0.85, seed, resources: 1 + (seed % 3) });
      raw.tasks[0]!.count = 1 + (seed % 2);
      const exact = await solve(ready({ ...raw, engine: 'highs', deadlineMs: 60_000 }), { engines });
      const { proven, cost } = proof(buildInstance(ready(raw)));
      expect([proven, exact.status]).toEqual([true, 'optimal']);
      expect(cost / exact.objective!).toBeCloseTo(1, 6);
    }
    await engines.close();
  });

  it('cut short, leaves a bound that holds', () => {
    const instance = buildInstance(ready(clusterWindow({ tasks: 40, nodes: 8, kinds: 4, load: 0.9, seed: 3 })));
    const whole = proof(instance);
    const part = proof(instance, 3);
    expect(whole.proven).toBe(true);
    expect(part.bound).toBeGreaterThan(0.9 * whole.cost);
    expect(part.bound).toBeLessThanOrEqual(whole.cost);
    expect(part.cost).toBeGreaterThanOrEqual(whole.cost);
  });

  it('is what an answer is proven by, the same to the byte when steps are counted', async () => {
    const engines = new EnginePool({ ready: 2, threads: 2, searchers: 1 });
    const window = ready({ ...clusterWindow({ tasks: 30, nodes: 8, kinds: 4, load: 0.85, seed: 11 }), work: 2000 });
    const { id, timings, ...first } = await solve(window, { engines });
    const { id: _, timings: __, ...again } = await solve(window, { engines });
    expect(first).toMatchObject({ status: 'optimal', stop: 'proved' });
    expect(again).toEqual(first);
    await engines.close();
  });
});

const data = shared('data/gap/chu1997/');
if (!data) console.info('skipped: published assignment problems (../shared/data) are not there');
describe.skipIf(!data)('published problems with 20 tasks for each node', () => {
  it.each([
    ['a05100', 1698],
    ['b05100', 1843],
    ['c05100', 1931],
    ['c10100', 1402],
  ])('%s is proven', (name, known) => {
    const raw = convert(formatOf('gap'), [readFileSync(new URL(name, data!), 'utf8')], {}).window;
    expect(proof(buildInstance(ready(raw)))).toMatchObject({ proven: true, cost: known, bound: known });
  });
});

describe('a knapsack table', () => {
  it('packs the best of all subsets', () => {
    const profit = Float64Array.of(6, 10.5, 12, 7);
    const size = Float64Array.of(1, 2, 3, 2);
    const taken = new Int32Array(4);
    expect(new KnapsackTable().pack(profit, size, 4, 5, taken)).toBe(23.5);
    expect([...taken]).toEqual([1, 1, 0, 1]);
  });
});
