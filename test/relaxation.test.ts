import { afterAll, describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { costDual, type DualObjective, dualValue, tierDual } from '../dist/model/dual.js';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { random } from '../dist/model/random.js';
import { verify } from '../dist/model/verifier.js';
import type { Window } from '../dist/model/window.js';
import { post } from '../dist/solver/board.js';
import { bestPairs } from '../dist/solver/candidates.js';
import { EnginePool, type Engines } from '../dist/solver/engine-pool.js';
import type { EngineName } from '../dist/solver/engines/engine.js';
import { loadEngine } from '../dist/solver/engines/engines.js';
import { highsRuntime } from '../dist/solver/engines/highs-module.js';
import { formulate } from '../dist/solver/formulation.js';
import { undecidedOf } from '../dist/solver/relaxation/decided.js';
import { siftFrom } from '../dist/solver/relaxation/from-prices.js';
import { keptInHighs } from '../dist/solver/relaxation/kept.js';
import { shareOut } from '../dist/solver/relaxation/members.js';
import { reposed } from '../dist/solver/relaxation/reposed.js';
import { foldPrices, foldSiblings, unfoldPrices } from '../dist/solver/relaxation/siblings.js';
import { type Found, firstColumns, firstDear, sift } from '../dist/solver/relaxation/sifting.js';
import { solve } from '../dist/solver/solve.js';
import { randomWindow } from './support/random-window.ts';
import { ready } from './support/windows.ts';

const highs = await highsRuntime();
const engines = new EnginePool({ ready: 2, warm: ['glpk', 'highs'] });
afterAll(() => engines.close());

/** Sifts from `first` pairs of each task at prices of 0; the rounds it took. */
async function sifted(
  instance: Instance,
  objective: DualObjective,
  { engine, first = 2, rounds = 1000 }: { engine: EngineName; first?: number; rounds?: number },
): Promise<{ complete: boolean; rounds: Found[] }> {
  const relaxation = { instance, objective, unit: 1 };
  const prices = new Float64Array(instance.free.length);
  const candidates = bestPairs(instance, objective.cost, prices, first, 1e-6);
  const dear = firstDear(relaxation, candidates);
  const found: Found[] = [];
  const restricted =
    engine === 'highs'
      ? keptInHighs(highs, relaxation, candidates, prices, dear)
      : reposed(await loadEngine(engine), relaxation, firstColumns(candidates), dear);
  const end = { time: Number.POSITIVE_INFINITY, rounds };
  const complete = sift(relaxation, restricted, firstColumns(candidates), dear, end, (news) => found.push(news));
  restricted.dispose();
  return { complete, rounds: found };
}

/** Optimum of the program over all pairs. */
async function optimum(instance: Instance, tier: number | null, held: ArrayLike<number>): Promise<number> {
  const { program, costScale } = formulate(instance, { tier, held }, false);
  const { truth, objective } = (await loadEngine('highs')).solve(program);
  expect(truth).toBe('optimal');
  return objective! / costScale;
}

/** Checks a point by substitution: copies of each task, and the loads of each class. */
function checkPoint(instance: Instance, { columns, amounts }: Found): void {
  const { pairs, width, free, size, count } = instance;
  const placed = new Float64Array(instance.tasks);
  const loads = new Float64Array(free.length);
  amounts.forEach((amount, at) => {
    const p = columns.pair[at]!;
    placed[columns.task[at]!]! += amount;
    for (let k = 0; k < width; k++)
      loads[pairs.node[p]! * width + k]! += amount * pairs.demand[pairs.row[p]! * width + k]!;
  });
  placed.forEach((copies, i) => {
    expect(copies).toBeLessThanOrEqual(count[i]! * (1 + 1e-7));
  });
  loads.forEach((load, at) => {
    expect(load).toBeLessThanOrEqual(free[at]! * size[Math.floor(at / width)]! * (1 + 1e-7));
  });
}

describe.each(['highs', 'glpk', 'jslp'] as const)('sifting with %s', (engine) => {
  it('finds the optimum of the program over all pairs: every tier of random windows, and their cost', async () => {
    let withUnplaced = 0;
    for (let seed = 1; seed <= 80; seed++) {
      const window = ready(randomWindow(seed, { mode: 'divisible', mostTasks: 14, mostNodes: 6, mostCopies: 9 }));
      const instance = buildInstance(window);
      const held: number[] = [];
      for (let t = 0; t < instance.tiers.length; t++) {
        const full = await optimum(instance, t, held);
        const objective = tierDual(instance, t, held);
        const { complete, rounds } = await sifted(instance, objective, { engine });
        const last = rounds.at(-1)!;
        expect(complete).toBe(true);
        expect(last.cost).toBeCloseTo(full, 5);
        expect(last.bound).toBeCloseTo(full, 5);
        held.push(full > 1e-6 ? full : 0);
        if (full > 1e-6) withUnplaced++;
      }
      const full = await optimum(instance, null, held);
      const fixed = Float64Array.from(held);
      const { complete, rounds } = await sifted(
        instance,
        { cost: instance.pairs.cost, fixed, priced: fixed },
        { engine },
      );
      const last = rounds.at(-1)!;
      expect(complete).toBe(true);
      expect(Math.abs(last.cost - full)).toBeLessThanOrEqual(1e-6 * Math.max(1, full));
      expect(Math.abs(last.bound - full)).toBeLessThanOrEqual(1e-6 * Math.max(1, full));
      checkPoint(instance, last);
    }
    expect(withUnplaced).toBeGreaterThan(20);
  }, 120_000);
});

describe('sifting', () => {
  const windowOf = (seed: number, options: Partial<Parameters<typeof clusterWindow>[0]> = {}): Window =>
    ready({ ...clusterWindow({ tasks: 120, nodes: 20, kinds: 4, load: 0.9, seed, ...options }), mode: 'divisible' });

  it.each(['highs', 'glpk'] as const)(
    'has a bound and a point on either side of the optimum after every round: %s',
    async (engine) => {
      for (let seed = 1; seed <= 4; seed++) {
        const instance = buildInstance(windowOf(seed));
        const full = await optimum(instance, null, [0]);
        const objective = costDual(instance, new Float64Array(instance.tasks));
        const { complete, rounds } = await sifted(instance, objective, { engine, first: 1 });
        expect(complete).toBe(true);
        expect(rounds.length).toBeGreaterThan(2);
        for (const found of rounds) {
          checkPoint(instance, found);
          expect(found.bound).toBeLessThanOrEqual(full * (1 + 1e-9));
          expect(dualValue(instance, objective, found.prices).value).toBeCloseTo(found.bound, 6);
        }
        expect(rounds.at(-1)!.cost).toBeLessThanOrEqual(full * (1 + 1e-7));
        expect(rounds.at(-1)!.bound).toBeGreaterThanOrEqual(full * (1 - 1e-7));
        const cut = await sifted(instance, objective, { engine, first: 1, rounds: 2 });
        expect(cut.complete).toBe(false);
        expect(cut.rounds.length).toBe(2);
      }
    },
  );

  it('uses interior points where many capacities have a price, to the same optimum', async () => {
    const instance = buildInstance(windowOf(7, { tasks: 150, nodes: 90, kinds: 90, resources: 3 }));
    const objective = costDual(instance, new Float64Array(instance.tasks));
    const candidates = bestPairs(instance, objective.cost, new Float64Array(instance.free.length), 8);
    const relaxation = { instance, objective, unit: 10 };
    const dear = firstDear(relaxation, candidates);
    const restricted = keptInHighs(
      highs,
      relaxation,
      candidates,
      new Float64Array(instance.free.length).fill(1e-3),
      dear,
    );
    const rounds: Found[] = [];
    const end = { time: Number.POSITIVE_INFINITY, rounds: 100 };
    expect(sift(relaxation, restricted, firstColumns(candidates), dear, end, (found) => rounds.push(found))).toBe(true);
    restricted.dispose();
    const full = await optimum(instance, null, [0]);
    expect(rounds.at(-1)!.cost / full).toBeCloseTo(1, 7);
    expect(rounds.at(-1)!.bound / full).toBeCloseTo(1, 7);
  });

  it.each(['highs', 'glpk', 'auto'] as const)(
    'solves divisible windows to the end: %s',
    async (engine) => {
      for (let seed = 1; seed <= 30; seed++) {
        const window = ready({
          ...randomWindow(seed, { mode: 'divisible', mostTasks: 12, mostNodes: 8, mostCopies: 30 }),
          deadlineMs: 30_000,
          engine,
          unplaced: 'allow',
        });
        const answer = await solve(window, { engines });
        expect(answer.status, `seed ${seed}`).toBe('optimal');
        expect(verify(window, answer.assignments).breaches.every(({ code }) => code === 'unplaced')).toBe(true);
        const instance = buildInstance(window);
        const held = answer.unplacedBounds.map(({ copies }) => copies!);
        const homeless = instance.tierTasks.map((tasks) =>
          tasks.reduce(
            (sum, i) => sum + (instance.pairs.start[i + 1]! > instance.pairs.start[i]! ? 0 : instance.count[i]!),
            0,
          ),
        );
        const full = await optimum(
          instance,
          null,
          held.map((copies, t) => Math.max(0, copies - homeless[t]!) * (1 + 1e-9)),
        );
        expect(Math.abs(answer.objective! - full)).toBeLessThanOrEqual(1e-6 * Math.max(1, full));
      }
    },
    120_000,
  );

  it('keeps what was posted when its thread is ended, and does not count that as a failure', async () => {
    const window = { ...windowOf(3, { tasks: 2000, nodes: 300, kinds: 300 }), deadlineMs: 700 };
    const answer = await solve(window, { engines });
    expect(['proved', 'deadline']).toContain(answer.stop);
    expect(answer.bound!).toBeLessThanOrEqual(answer.objective!);
    expect(verify(window, answer.assignments).breaches).toEqual([]);
  }, 60_000);

  it('is not believed: whatever its thread posts, the answer is feasible and its bound holds', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const window = { ...windowOf(seed, { tasks: 30, nodes: 6 }), deadlineMs: 300 };
      const instance = buildInstance(window);
      const full = await optimum(instance, null, [0]);
      const next = random(seed);
      const liar: Engines = {
        run: () => Promise.reject(new Error('not asked')),
        relax: async ({ board }) => {
          const x = new Float64Array((board.memory.byteLength - 40) / 16).fill(-1);
          for (let at = 0; at < instance.free.length; at++) x[at] = 3 * next() - 1;
          for (let at = 0; at < 20; at++) {
            x[instance.free.length + 2 * at] = Math.floor(next() * instance.pairs.node.length);
            x[instance.free.length + 2 * at + 1] = 5 * next() - 1;
          }
          post(board, x, -1, full * 2);
          return null;
        },
      };
      const answer = await solve(window, { engines: liar });
      expect(verify(window, answer.assignments).breaches).toEqual([]);
      expect(answer.bound!).toBeLessThanOrEqual(full * (1 + 1e-9));
    }
  }, 60_000);

  it('gives the same answer for the same steps', async () => {
    const window = { ...windowOf(5), work: 300 };
    const [one, two] = [await solve(window, { engines }), await solve(window, { engines })];
    expect({ ...one, timings: null }).toEqual({ ...two, timings: null });
  });
});

describe('what a relaxation places on equal nodes', () => {
  it('is shared out to the digit with few parts split', () => {
    const next = random(5);
    for (let round = 0; round < 200; round++) {
      const width = 1 + Math.floor(3 * next());
      const members = 2 + Math.floor(9 * next());
      const tasks = 1 + Math.floor(40 * next());
      const resources = ['cpu', 'memory', 'gpu'].slice(0, width);
      const few = next() < 0.3; // loads that depend on each other
      const window = ready({
        mode: 'divisible',
        tasks: Array.from({ length: tasks }, (_, i) => ({
          id: `t${i}`,
          demand: Object.fromEntries(resources.map((k) => [k, few ? 1 : 0.1 + next()])),
          count: 1 + Math.floor(5 * next()),
        })),
        nodes: [{ id: 'n', count: members, capacity: Object.fromEntries(resources.map((k) => [k, 1000])) }],
      });
      const instance = buildInstance(window);
      const parts = Array.from({ length: tasks }, (_, i) => ({
        task: i,
        pair: i,
        amount: instance.count[i]! * (0.1 + 0.9 * next()),
      }));
      const placements = shareOut(instance, 0, parts);
      const placed = new Float64Array(tasks);
      const loads = new Float64Array(members * width);
      for (const { task, pair, copy, amount } of placements) {
        expect(amount).toBeGreaterThan(0);
        placed[task]! += amount;
        for (let k = 0; k < width; k++)
          loads[copy * width + k]! += amount * instance.pairs.demand[instance.pairs.row[pair]! * width + k]!;
      }
      parts.forEach(({ amount }, i) => {
        expect(placed[i]! / amount).toBeCloseTo(1, 12);
      });
      for (let k = 0; k < width; k++) {
        const total = parts.reduce(
          (sum, { pair, amount }) => sum + amount * instance.pairs.demand[instance.pairs.row[pair]! * width + k]!,
          0,
        );
        for (let m = 0; m < members; m++) expect((loads[m * width + k]! * members) / total).toBeCloseTo(1, 7);
      }
      expect(placements.length).toBeLessThanOrEqual(tasks + width * (members - 1));
    }
  });
});

describe('nodes that differ in nothing but capacity', () => {
  it('are folded: prices of the folded instance prove the same of the whole', () => {
    const window = ready({
      ...clusterWindow({ tasks: 60, nodes: 24, kinds: 4, load: 0.9, seed: 2, noise: 'kind', jitter: 0.2 }),
      mode: 'divisible',
    });
    const instance = buildInstance(window);
    const folded = foldSiblings(instance)!;
    expect(folded.instance.nodes.classes).toBe(4);
    const next = random(3);
    const prices = Float64Array.from(folded.instance.free, () => next());
    const unplaced = new Float64Array(instance.tasks);
    const ofFolded = dualValue(folded.instance, costDual(folded.instance, unplaced), prices).value;
    const whole = unfoldPrices(prices, folded, instance);
    expect(dualValue(instance, costDual(instance, unplaced), whole).value).toBeCloseTo(ofFolded, 6);
    foldPrices(whole, folded, instance).forEach((price, at) => {
      expect(price).toBeCloseTo(prices[at]!, 9);
    });
  });

  it('are left alone where there are few', () => {
    expect(
      foldSiblings(buildInstance(ready(clusterWindow({ tasks: 20, nodes: 5, kinds: 4, load: 0.8, seed: 1 })))),
    ).toBeNull();
  });
});

describe('tasks that prices decide', () => {
  const forever = { time: Number.POSITIVE_INFINITY, rounds: 1000 };

  it('are left out, and the optimum, its point and every bound are those of the whole, from whatever prices', async () => {
    let decided = 0;
    let mistaken = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const next = random(seed);
      const window = {
        ...clusterWindow({ tasks: 120, nodes: 12, kinds: 6, load: 0.9, seed }),
        mode: 'divisible' as const,
      };
      const instance = buildInstance(ready(window));
      const full = await optimum(instance, null, [0]);
      const objective = costDual(instance, new Float64Array(instance.tasks));
      const relaxation = { instance, objective, unit: full / instance.tasks };
      const { rounds } = await sifted(instance, objective, { engine: 'highs' });
      const off = seed % 3; // the best prices, prices near them, and prices far away
      const prices = rounds.at(-1)!.prices.map((price) => price * (1 + off * (next() - 0.5)));
      const part = undecidedOf(relaxation, prices, new Uint8Array(instance.tasks))!;
      expect(part.relaxation.instance.tasks).toBeLessThan(instance.tasks);
      decided += instance.tasks - part.relaxation.instance.tasks;
      mistaken += part.wrong(rounds.at(-1)!.prices).length;

      const found: Found[] = [];
      siftFrom({ highs }, relaxation, prices, forever, (round) => found.push(round));
      for (const round of found) {
        checkPoint(instance, round);
        expect(round.bound).toBeLessThanOrEqual(full * (1 + 1e-9));
        expect(dualValue(instance, objective, round.prices).value / round.bound).toBeCloseTo(1, 9);
      }
      const { cost, bound, amounts } = found.at(-1)!;
      expect(cost / full).toBeCloseTo(1, 7);
      expect(bound / full).toBeCloseTo(1, 7);
      expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(instance.tasks, 6);
    }
    expect(decided).toBeGreaterThan(300);
    expect(mistaken).toBeGreaterThan(0);
  });

  it('are none where they have no room, where copies stay unplaced, or where another is as good', () => {
    const node = (id: string) => ({ id, capacity: { cpu: 4 } });
    const window = {
      mode: 'divisible' as const,
      tasks: [1, 2, 3].map((n) => ({ id: `t${n}`, demand: { cpu: 3 } })),
      nodes: [node('a'), node('b'), node('c')],
      times: [
        [1, 9, 9],
        [1, 9, 9],
        [5, 5, 9],
      ],
    };
    const instance = buildInstance(ready(window));
    const none = new Float64Array(instance.free.length);
    const relax = (unplaced: number) => {
      const objective = costDual(instance, Float64Array.from([unplaced, 0, 0]));
      return undecidedOf({ instance, objective, unit: 1 }, none, new Uint8Array(3));
    };
    expect(relax(1)).toBeNull();
    expect(relax(0)!.relaxation.instance.tasks).toBe(2); // node a holds one of the two that lead there
    const last = undecidedOf(
      { instance, objective: costDual(instance, new Float64Array(3)), unit: 1 },
      none,
      Uint8Array.of(1, 1, 0),
    );
    expect(last).toBeNull();
  });

  it('that take the only room of another come in again, and no bound is lost by that', async () => {
    const window = {
      mode: 'divisible' as const,
      tasks: [3, 3, 1].map((cpu, n) => ({ id: `t${n}`, demand: { cpu } })),
      nodes: ['a', 'b', 'c'].map((id) => ({ id, capacity: { cpu: 4 } })),
      times: [
        [1, 9, 9],
        [3, null, null],
        [2, 3, 2.5],
      ],
    };
    const instance = buildInstance(ready(window));
    const full = await optimum(instance, null, [0]);
    const objective = costDual(instance, new Float64Array(3));
    const none = new Float64Array(instance.free.length);
    expect(undecidedOf({ instance, objective, unit: 3 }, none, new Uint8Array(3))).not.toBeNull();
    const found: Found[] = [];
    siftFrom({ highs }, { instance, objective, unit: 3 }, none, forever, (round) => found.push(round));
    found.forEach(({ prices, bound, idle, cost }, round) => {
      expect(dualValue(instance, objective, prices).value).toBeCloseTo(bound, 6);
      if (round === 0) return;
      const last = found[round - 1]!;
      expect(bound).toBeGreaterThanOrEqual(last.bound);
      expect(idle).toBeLessThan(last.idle + 1e-6);
      if (idle > last.idle - 1e-6) expect(cost).toBeLessThanOrEqual(last.cost);
    });
    expect(found.at(-1)!.idle).toBeCloseTo(0, 9);
    expect(found.at(-1)!.cost).toBeCloseTo(full, 6);
    expect(found.at(-1)!.bound).toBeCloseTo(full, 6);
  });

  it('leave some of every capacity to the others', async () => {
    const window = {
      mode: 'divisible' as const,
      tasks: [1, 2, 3].map((n) => ({ id: `t${n}`, demand: { cpu: 4 } })),
      nodes: ['a', 'b', 'c'].map((id) => ({ id, capacity: { cpu: 4 } })),
      times: [
        [1, 9, 9],
        [9, 1, 9],
        [2, 2, 8],
      ],
    };
    const instance = buildInstance(ready(window));
    const objective = costDual(instance, new Float64Array(3));
    const found: Found[] = [];
    const none = new Float64Array(instance.free.length);
    siftFrom({ highs }, { instance, objective, unit: 3 }, none, forever, (round) => found.push(round));
    expect(found.at(-1)!.cost).toBeCloseTo(40, 9);
    expect(found.at(-1)!.bound).toBeCloseTo(40, 9);
  });
});
