import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clusterWindow } from '../dist/bench/cluster-window.js';
import { convert, formatOf } from '../dist/formats/formats.js';
import { type Assignment, scoreOf } from '../dist/model/assignment.js';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import type { WindowInput } from '../dist/model/window.js';
import { planOf, verifyPlan } from '../dist/solver/answer-lines.js';
import { highsRuntime } from '../dist/solver/engines/highs-module.js';
import { granularityOf } from '../dist/solver/proof/granularity.js';
import { type ProofOptions, prove } from '../dist/solver/proof/prove.js';
import { assignmentAt } from '../dist/solver/search/units.js';
import { exhaustive } from './support/exhaustive.ts';
import { shared } from './support/judge.ts';
import { randomWindow } from './support/random-window.ts';
import { startOf } from './support/start.ts';
import { ready } from './support/windows.ts';

/** Asks for a master after so few steps that most of the proofs have one. */
const SOON = { patience: 3 };
let loaded: ReturnType<typeof highsRuntime> | undefined;
const highs = () => {
  loaded ??= highsRuntime();
  return loaded;
};

/** Proves a window from some start; every assignment and bound on the way is checked. */
async function proof(
  instance: Instance,
  start: Assignment,
  { steps = Number.POSITIVE_INFINITY, ...more }: { steps?: number } & Pick<ProofOptions, 'highs' | 'patience'> = {},
) {
  const unplaced = scoreOf(instance, start).unplaced;
  let cost = scoreOf(instance, start).cost;
  let last = 0;
  let step = 0;
  const { window: _, ...numbers } = instance;
  const result = await prove(numbers, {
    start,
    ...more,
    prices: new Float64Array(instance.nodes.classes * instance.width),
    expired: () => step++ >= steps,
    onImproved(places, claimed) {
      const assignment = assignmentAt(instance, places);
      const score = scoreOf(instance, assignment);
      expect(verifyPlan(instance.window, planOf(instance, assignment))).toBeTruthy();
      expect([...score.unplaced]).toEqual([...unplaced]);
      expect(score.cost).toBeLessThan(cost);
      expect(Math.abs(score.cost - claimed)).toBeLessThanOrEqual(1e-9 * claimed);
      cost = score.cost;
    },
    onBound(bound) {
      expect(bound).toBeGreaterThanOrEqual(last);
      last = bound;
    },
  });
  expect(result.bound).toBeGreaterThanOrEqual(last);
  return { ...result, cost, unplaced };
}

describe('the proof', () => {
  it.each([
    ['by steps alone', {}],
    ['with a master soon', { highs, ...SOON }],
    ['with a master that can not be had', { highs: () => Promise.reject(new Error('out of memory')), ...SOON }],
  ])(
    'finds and proves what exhaustive search finds, on 600 random windows: copies, classes, tiers; %s',
    async (_, more) => {
      const wrong: string[] = [];
      let compared = 0;
      let left = 0;
      let stalled = 0;
      for (let seed = 1; seed <= 600; seed++) {
        const raw: WindowInput = { ...randomWindow(seed, { mostTasks: 7, mostCopies: 3 }), unplaced: 'allow' };
        const window = ready(raw);
        const instance = buildInstance(window);
        const { proven, bound, cost, unplaced, ...told } = await proof(instance, startOf(instance), more);
        if (told.stalled) stalled++;
        const best = exhaustive(window);
        if (!proven) wrong.push(`seed ${seed}: not proven`);
        if (bound > cost * (1 + 1e-9)) wrong.push(`seed ${seed}: bound ${bound} above ${cost}`);
        if (unplaced.some((copies, t) => copies !== best.unplaced[t])) continue; // the start leaves more out than it must
        compared++;
        if (best.unplaced.some((copies) => copies > 0)) left++;
        if (Math.abs(cost - best.cost) > 1e-6 * best.cost) wrong.push(`seed ${seed}: ${cost}, least is ${best.cost}`);
      }
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(400);
      expect(left).toBeGreaterThan(50);
      expect(stalled > 20).toBe('highs' in more);
    },
  );

  it.each([
    ['by steps alone', {}],
    ['with a master soon', { highs, ...SOON }],
  ])('claims no bound above the optimum, wherever it is stopped; %s', async (_, more) => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const instance = buildInstance(ready({ ...randomWindow(seed, { mostTasks: 7 }), unplaced: 'allow' }));
      const start = startOf(instance);
      const { cost } = await proof(instance, start);
      for (const steps of [0, 1, 5, 30, 100, 402, 404, 407, 420, 500]) {
        const early = await proof(instance, start, { steps, ...more });
        if (early.bound > cost * (1 + 1e-6)) wrong.push(`seed ${seed}, ${steps} steps: ${early.bound} above ${cost}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('goes the same way twice, with a master, too', async () => {
    const instance = buildInstance(ready(clusterWindow({ tasks: 50, nodes: 10, kinds: 10, load: 0.8, seed: 2 })));
    const start = startOf(instance);
    const one = await proof(instance, start, { highs, patience: 100 });
    expect(one.stalled).toBe(true);
    expect(one.proven).toBe(true);
    expect(await proof(instance, start, { highs, patience: 100 })).toEqual(one);
    expect((await proof(instance, start)).cost).toBeCloseTo(one.cost, 9);
  });

  it('does not mind the unit of cost, from 1e-9 to 1e12', async () => {
    for (const weight of [1e-9, 1e-4, 1, 1e12]) {
      for (let seed = 1; seed <= 20; seed++) {
        const raw = { ...randomWindow(seed), unplaced: 'allow' as const };
        const plain = buildInstance(ready(raw));
        const tasks = raw.tasks.map((task) => ({ ...task, weight: (task.weight ?? 1) * weight }));
        const scaled = buildInstance(ready({ ...raw, tasks }));
        const one = await proof(plain, startOf(plain));
        const other = await proof(scaled, startOf(scaled));
        expect(other.proven).toBe(true);
        if ([...one.unplaced].join() === [...other.unplaced].join())
          expect(Math.abs(other.cost / weight - one.cost)).toBeLessThanOrEqual(1e-6 * one.cost);
      }
    }
  });

  it('is told by others what is found meanwhile', async () => {
    const instance = buildInstance(ready(randomWindow(12)));
    const start = startOf(instance);
    const { cost } = await proof(instance, start);
    const told = await prove(instance, {
      start,
      prices: new Float64Array(instance.nodes.classes * instance.width),
      expired: () => false,
      upper: () => cost,
      onImproved: () => expect.unreachable('nothing is better'),
      onBound: () => {},
    });
    expect(told.proven).toBe(true);
    expect(told.bound).toBeLessThanOrEqual(cost);
  });

  const data = shared('data/gap/');
  it.skipIf(!data).each([
    ['cattrysse1994/gap1-0', 261],
    ['cattrysse1994/gap7-3', null],
    ['cattrysse1994/gap12-2', 941],
    ['chu1997/a05100', 1698],
  ])('proves the known value of %s', async (path, value) => {
    const { window } = convert(formatOf('gap'), [readFileSync(new URL(path, data!), 'utf8')], {});
    const instance = buildInstance(ready(window));
    const start = startOf(instance);
    if (start.unplaced.some((copies) => copies > 0)) return;
    const line = readFileSync(new URL('known-values.csv', data!), 'utf8')
      .split('\n')
      .find((text) => text.startsWith(`${path},`))!;
    const { proven, cost } = await proof(instance, start);
    expect(proven).toBe(true);
    expect(cost).toBeCloseTo(value ?? Number(line.split(',')[4]), 6);
  });
});

describe('granularity', () => {
  it('is found where all values are multiples, and only there', () => {
    expect(granularityOf(Float64Array.of(3, 6, 9), 3)).toBe(3);
    expect(granularityOf(Float64Array.of(0.5, 2, 3.5), 3)).toBe(0.5);
    expect(granularityOf(Float64Array.of(0.001, 0.3, 7.25), 3)).toBeCloseTo(0.001, 12);
    expect(granularityOf(Float64Array.of(1 / 3, 0.1), 3)).toBe(0);
    expect(granularityOf(Float64Array.of(Math.SQRT2, 1), 3)).toBe(0);
    expect(granularityOf(Float64Array.of(1e12, 3), 1000)).toBe(0);
  });
});
