import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { scoreOf } from '../dist/model/assignment.js';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { random } from '../dist/model/random.js';
import { verify } from '../dist/model/verifier.js';
import type { WindowInput } from '../dist/model/window.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { highsRuntime } from '../dist/solver/engines/highs-module.js';
import { Knapsack } from '../dist/solver/patterns/knapsack.js';
import { repeats, solveByPatterns } from '../dist/solver/patterns/patterns.js';
import { solve } from '../dist/solver/solve.js';
import { loadJudge } from './support/judge.ts';
import { ready } from './support/windows.ts';

interface Item {
  profit: number;
  demand: number[];
  most: number;
}

describe('a knapsack', () => {
  const item = fc.record({
    profit: fc.integer({ min: 1, max: 40 }),
    demand: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 2 }),
    most: fc.integer({ min: 1, max: 3 }),
  });
  const knapsack = (items: Item[]): Knapsack => {
    const made = new Knapsack(items.length, 2);
    for (const { profit, demand, most } of items) made.add(profit, Float64Array.from(demand), 0, most);
    return made;
  };
  const bestBy = (items: Item[], room: number[]): number => {
    let best = 0;
    const pack = (at: number, profit: number, x: number, y: number): void => {
      best = Math.max(best, profit);
      if (at === items.length) return;
      const { profit: p, demand, most } = items[at]!;
      for (let n = 0; n <= most && n * demand[0]! <= x && n * demand[1]! <= y; n++)
        pack(at + 1, profit + n * p, x - n * demand[0]!, y - n * demand[1]!);
    };
    pack(0, 0, room[0]!, room[1]!);
    return best;
  };
  const setting = {
    items: fc.array(item, { minLength: 1, maxLength: 6 }),
    room: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 2 }),
  };

  it('is packed as well as by trying everything', () => {
    fc.assert(
      fc.property(fc.record(setting), ({ items, room }) => {
        const made = knapsack(items);
        const upper = made.solve(Float64Array.from(room), 0, 0, 1e6);
        const best = bestBy(items, room);
        expect(made.complete).toBe(true);
        expect(made.value).toBe(best);
        expect(upper).toBeGreaterThanOrEqual(best);
        expect(upper).toBeLessThanOrEqual(best * (1 + 1e-8));
        let profit = 0;
        const used = [0, 0];
        items.forEach((one, n) => {
          expect(made.taken[n]).toBeLessThanOrEqual(one.most);
          profit += made.taken[n]! * one.profit;
          for (const k of [0, 1]) used[k]! += made.taken[n]! * one.demand[k]!;
        });
        expect(profit).toBe(best);
        expect(used[0]).toBeLessThanOrEqual(room[0]!);
        expect(used[1]).toBeLessThanOrEqual(room[1]!);
      }),
      { numRuns: 3000 },
    );
  });

  it('cut short, still limits what could be earned', () => {
    fc.assert(
      fc.property(fc.record({ ...setting, branches: fc.integer({ min: 0, max: 6 }) }), (drawn) => {
        const made = knapsack(drawn.items);
        const upper = made.solve(Float64Array.from(drawn.room), 0, 0, drawn.branches);
        expect(upper).toBeGreaterThanOrEqual(bestBy(drawn.items, drawn.room));
      }),
      { numRuns: 3000 },
    );
  });

  it('finds nothing at or below its floor', () => {
    const made = knapsack([{ profit: 5, demand: [1, 1], most: 2 }]);
    const solve = (floor: number) => made.solve(Float64Array.of(2, 2), 0, floor, 100);
    expect(solve(10)).toBeCloseTo(10, 6);
    expect([...made.taken]).toEqual([0]);
    expect(solve(9)).toBeCloseTo(10, 6);
    expect([...made.taken]).toEqual([2]);
  });
});

/** Few entries of many copies on few kinds of node. */
function alike(seed: number, load: number): WindowInput {
  const next = random(seed);
  const between = (low: number, high: number) => Math.round(10 * (low + (high - low) * next())) / 10;
  const nodes = ['small', 'large'].map((id, k) => ({
    id,
    kind: id,
    count: 4 + Math.floor(4 * next()),
    capacity: { cpu: 8 * (k + 1), memory: 10 * (k + 1) },
    speed: between(0.5, 2),
  }));
  const cpu = nodes.reduce((sum, node) => sum + node.count * node.capacity.cpu, 0);
  const tasks = Array.from({ length: 4 }, (_, i) => ({
    id: `t${i}`,
    demand: { cpu: between(0.7, 3), memory: between(0.7, 3) },
    duration: between(5, 60),
    count: 1,
    on: { large: { duration: between(5, 60) } },
  }));
  for (const task of tasks) task.count = Math.max(6, Math.floor((load * cpu) / 4 / task.demand.cpu));
  return { objective: 'time', tasks, nodes, seed, deadlineMs: 30_000 };
}

describe('patterns', () => {
  const engines = new EnginePool({ ready: 1, threads: 2, warm: ['highs'] });
  afterAll(() => engines.close());

  function byPatterns(instance: Instance, held: number) {
    const found = { bound: -1, costs: [] as number[] };
    return highsRuntime().then((highs) => {
      solveByPatterns(highs, instance, {
        prices: new Float64Array(instance.nodes.classes * instance.width),
        held: Float64Array.of(held),
        enough: { roughly: (rounds) => rounds >= 20, fully: (rounds) => rounds >= 200 },
        expired: () => false,
        progress: () => 0,
        onAssignment: (assignment) => {
          const { cost, unplaced } = scoreOf(instance, assignment);
          if (unplaced[0]! <= held) found.costs.push(cost); // a dive may end with a copy that fits nowhere
        },
        onBound: (bound) => {
          expect(bound).toBeGreaterThan(found.bound);
          found.bound = bound;
        },
      });
      return found;
    });
  }

  it('prove a bound below what integer programming finds, and come close to it', async () => {
    let proven = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const raw = alike(seed, 0.75);
      const window = ready(raw);
      const instance = buildInstance(window);
      const { bound, costs } = await byPatterns(instance, 0);
      const exact = await solve(ready({ ...raw, engine: 'highs', deadlineMs: 5000 }), { engines });
      expect(bound).toBeGreaterThan(0);
      expect(bound).toBeLessThanOrEqual(exact.objective! * (1 + 1e-9));
      expect(costs.length).toBeGreaterThan(0);
      expect(Math.min(...costs)).toBeGreaterThanOrEqual(exact.bound! * (1 - 1e-9));
      if (Math.min(...costs) <= bound * (1 + 1e-6)) proven++;
    }
    expect(proven).toBeGreaterThan(0);
  });

  it('know how many copies may stay unplaced', async () => {
    const instance = buildInstance(ready(alike(3, 0.75)));
    const all = await byPatterns(instance, 0);
    const less = await byPatterns(instance, 5);
    expect(less.bound).toBeLessThan(all.bound);
    expect(less.bound).toBeLessThanOrEqual(Math.min(...less.costs) * (1 + 1e-9));
  });

  it('are used for windows that repeat themselves, and the judge accepts the answer', async () => {
    const raw = { ...alike(5, 0.8), work: 40 };
    const window = ready(raw);
    expect(repeats(buildInstance(window))).toBe(true);
    const answer = await solve(window, { engines });
    expect(verify(window, answer.assignments).breaches).toEqual([]);
    const judge = await loadJudge();
    expect(judge?.(raw, answer).faults ?? []).toEqual([]);
    expect(answer.gap).toBeLessThan(0.01);
    const { id, timings, ...again } = await solve(window, { engines });
    const { id: _, timings: __, ...first } = answer;
    expect(again).toEqual(first);
  });
});
