import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import type { Answer } from '../dist/model/answer.js';
import { assignmentOf, scoreOf } from '../dist/model/assignment.js';
import { componentParts, components } from '../dist/model/components.js';
import { hasPairs } from '../dist/model/dual.js';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { isFeasible } from '../dist/model/loads.js';
import { namedPart } from '../dist/model/part.js';
import { random } from '../dist/model/random.js';
import { recomputeBound } from '../dist/model/recompute.js';
import { foldedPart, taskClasses } from '../dist/model/task-classes.js';
import { restricted, unfolded } from '../dist/model/unfold.js';
import { verify } from '../dist/model/verifier.js';
import type { WindowInput } from '../dist/model/window.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { proveParts } from '../dist/solver/proof-parts.js';
import { solve } from '../dist/solver/solve.js';
import { exhaustive } from './support/exhaustive.ts';
import { type Judge, loadJudge } from './support/judge.ts';
import { randomWindow } from './support/random-window.ts';
import { shuffled } from './support/shuffled.ts';
import { straightOptimum } from './support/straight.ts';
import { ready } from './support/windows.ts';

const engines = new EnginePool({ warm: ['glpk', 'highs'] });
let judge: Judge | null = null;
beforeAll(async () => {
  judge = await loadJudge();
});
afterAll(() => engines.close());

type Entry = WindowInput['tasks'][number];

/** Entries in another order, some of them copied. */
function withTwins(raw: WindowInput, seed: number, share = 0.6): WindowInput {
  const next = random(seed);
  const twins = raw.tasks.flatMap((task): Entry[] =>
    next() < share ? [task, { ...task, id: `${task.id}-twin` }] : [task],
  );
  const { times, ...rest } = raw;
  return { ...rest, tasks: shuffled(twins, next) };
}

interface Zones {
  readonly zones: number;
  readonly tasks?: number; // at most, of each zone
  readonly nodes?: number;
}

/** Zones that have nothing to do with each other, mixed; over-full ones and twins among them. */
function zonedWindow(seed: number, { zones, tasks = 4, nodes = 2 }: Zones): WindowInput {
  const next = random(seed);
  const upTo = (n: number) => Math.floor(next() * n);
  const tenths = (low: number, high: number) => Math.round(10 * (low + next() * (high - low))) / 10;
  const parts = Array.from({ length: zones }, (_, z) => {
    const load = 0.6 + 1.2 * next();
    return {
      tasks: Array.from({ length: 1 + upTo(tasks) }, (_, i): Entry[] => {
        const task: Entry = {
          id: `z${z}t${i}`,
          demand: { cpu: tenths(1, 5 * load), memory: tenths(1, 5 * load) },
          duration: tenths(1, 20),
          priority: upTo(2),
          requires: { zone: `z${z}` },
        };
        return next() < 0.3 ? [task, { ...task, id: `${task.id}-twin` }] : [task];
      }).flat(),
      nodes: Array.from({ length: 1 + upTo(nodes) }, (_, j) => ({
        id: `z${z}n${j}`,
        capacity: { cpu: tenths(4, 10), memory: tenths(4, 10) },
        speed: tenths(0.5, 2),
        labels: { zone: `z${z}` },
      })),
    };
  });
  return {
    objective: 'time',
    tasks: shuffled(
      parts.flatMap(({ tasks }) => tasks),
      next,
    ),
    nodes: shuffled(
      parts.flatMap(({ nodes }) => nodes),
      next,
    ),
    deadlineMs: 30_000,
  };
}

/** The optimum of a zoned window, each zone by exhaustive search: unplaced copies by tier, and cost. */
function zonedOptimum(raw: WindowInput, zones: number): { unplaced: Record<string, number>; cost: number } {
  const unplaced: Record<string, number> = {};
  let cost = 0;
  for (let z = 0; z < zones; z++) {
    const inZone = { ...raw, tasks: raw.tasks.filter(({ requires }) => requires?.zone === `z${z}`) };
    const best = exhaustive(ready({ ...inZone, nodes: raw.nodes.filter(({ labels }) => labels?.zone === `z${z}`) }));
    cost += best.cost;
    best.tiers.forEach((tier, t) => {
      unplaced[tier] = (unplaced[tier] ?? 0) + best.unplaced[t]!;
    });
  }
  return { unplaced, cost };
}

/** All that an answer claims, against the window. */
function faultsOf(raw: WindowInput, answer: Answer): string[] {
  const window = ready(raw);
  const { breaches, unplacedOf, objective } = verify(window, answer.assignments);
  const bound = recomputeBound(window, unplacedOf, answer.certificate!);
  return [
    ...breaches.map(({ detail }) => detail),
    ...(Math.abs(objective - answer.objective!) > 1e-9 * objective ? ['cost'] : []),
    ...(Math.abs(bound - answer.certificate!.bound) > 1e-9 * objective ? [`certificate ${bound}`] : []),
    ...(answer.certificate!.bound > answer.bound! * (1 + 1e-9) ? ['bound below the certificate'] : []),
    ...(judge?.(raw, answer).faults ?? []),
  ];
}

const stripped = (answer: Answer) => JSON.stringify({ ...answer, timings: null });

describe('equal entries', () => {
  it('are found exactly: the same tier, cost and demand on the same classes of nodes', () => {
    let folded = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const instance = buildInstance(ready(withTwins(randomWindow(seed), seed)));
      const { pairs, width } = instance;
      const keys = Array.from({ length: instance.tasks }, (_, i) => {
        const key: unknown[] = [instance.tier[i]];
        for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++)
          key.push(
            pairs.node[p],
            pairs.cost[p],
            ...pairs.demand.subarray(pairs.row[p]! * width, (pairs.row[p]! + 1) * width),
          );
        return JSON.stringify(key);
      });
      const { classes, classOf } = taskClasses(instance);
      expect(classes).toBe(new Set(keys).size);
      if (classes < instance.tasks) folded++;
      classOf.forEach((c, i) => {
        expect(keys[i]).toBe(keys[classOf.indexOf(c)]);
      });
    }
    expect(folded).toBeGreaterThan(200);
  });

  it('unfold to the same unplaced copies and cost, and fold to the same again', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const mode = seed % 3 === 0 ? 'divisible' : 'integral';
      const whole = buildInstance(ready(withTwins(randomWindow(seed, { mode, mostTasks: 12, mostCopies: 4 }), seed)));
      const part = foldedPart(whole);
      if (!part) continue;
      const instance = namedPart(whole, part);
      for (const heuristic of ['price-greedy', 'worst-fit', 'random']) {
        const { assignment } = HEURISTICS.get(heuristic)!.place(instance)!;
        const lifted = assignmentOf(whole, unfolded(whole, part, assignment));
        expect(isFeasible(whole, lifted)).toBe(true);
        const [before, after] = [scoreOf(instance, assignment), scoreOf(whole, lifted)];
        const again = scoreOf(instance, restricted(whole, [part], lifted)[0]!);
        const homeless = whole.tiers.map((_, t) =>
          whole.tierTasks[t]!.reduce((sum, i) => sum + (hasPairs(whole, i) ? 0 : whole.count[i]!), 0),
        );
        before.unplaced.forEach((copies, t) => {
          expect(after.unplaced[t]).toBeCloseTo(copies + homeless[t]!, 5);
          expect(again.unplaced[t]).toBeCloseTo(copies, 5);
        });
        expect(after.cost).toBeCloseTo(before.cost, 8);
        expect(again.cost).toBeCloseTo(before.cost, 8);
        const named = new Set(lifted.placements.map(({ task, copy }) => `${task} ${copy}`));
        expect(named.size).toBe(lifted.placements.length);
      }
    }
  });

  it('that run now stay where they are as far as some may', async () => {
    const nodes = Array.from({ length: 4 }, (_, j) => ({ id: `n${j}`, capacity: { cpu: 2 } }));
    const tasks = [3, 1, 2, 0, 1, 3, 0, 2].map((j, i) => ({ id: `t${i}`, demand: { cpu: 1 }, current: `n${j}` }));
    const answer = await solve(ready({ tasks, nodes, deadlineMs: 30_000 }), { engines });
    expect(answer.status).toBe('optimal');
    expect(answer.summary.moves).toBe(0);
  });

  it('give the optimum of exhaustive search, in any order', async () => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= 150; seed++) {
      const raw: WindowInput = { ...withTwins(randomWindow(seed, { mostTasks: 4 }), seed), unplaced: 'allow' };
      const best = exhaustive(ready(raw));
      const reversed = { ...raw, tasks: raw.tasks.toReversed(), nodes: raw.nodes.toReversed() };
      for (const window of [raw, reversed]) {
        const answer = await solve(ready(window), { engines });
        const faults = faultsOf(window, answer);
        if (answer.status !== 'optimal' || Math.abs(answer.objective! - best.cost) > 1e-6 * best.cost)
          faults.push('optimum');
        if (answer.unplacedBounds.some(({ copies }, t) => copies !== best.unplaced[t])) faults.push('tiers');
        if (faults.length > 0) wrong.push(`seed ${seed}: ${faults.join(', ')}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('give the optimum of a divisible window, too', async () => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const options = { mode: 'divisible', mostTasks: 10, mostNodes: 6, mostCopies: 4 } as const;
      const raw: WindowInput = { ...withTwins(randomWindow(seed, options), seed), unplaced: 'allow' };
      const answer = await solve(ready(raw), { engines });
      const best = await straightOptimum(ready(raw));
      const faults = faultsOf(raw, answer);
      if (answer.status !== 'optimal' || Math.abs(answer.objective! - best.cost) > 1e-6 * best.cost)
        faults.push('optimum');
      if (faults.length > 0) wrong.push(`seed ${seed}: ${faults.join(', ')}`);
    }
    expect(wrong).toEqual([]);
  });

  it('by the hundred are the same instance as counts', async () => {
    const counted = clusterWindow({ tasks: 6, copies: 150, nodes: 16, kinds: 2, load: 0.8, noise: 'kind', seed: 1 });
    const single = counted.tasks.flatMap(({ count = 1, ...task }) =>
      Array.from({ length: count }, (_, k) => ({ ...task, id: `${task.id}-${k}` })),
    );
    const raw: WindowInput = { ...counted, tasks: shuffled(single, random(1)), deadlineMs: 1000 };
    const [one, other] = [buildInstance(ready(counted)), foldedPart(buildInstance(ready(raw)))!.numbers];
    const sortedBy = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
    expect(sortedBy(other.count)).toEqual(sortedBy(one.count));
    expect(sortedBy(other.pairs.cost)).toEqual(sortedBy(one.pairs.cost));
    const answer = await solve(ready(raw), { engines });
    expect(faultsOf(raw, answer)).toEqual([]);
    expect(answer.summary).toMatchObject({ tasks: 150, placed: 150 });
    expect(answer.gap).toBeLessThan(0.05);
  });
});

describe('independent components', () => {
  it('are what pairs connect', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const instance = buildInstance(ready(seed % 2 === 0 ? randomWindow(seed) : zonedWindow(seed, { zones: 4 })));
      const { count, ofTask } = components(instance);
      const parts = componentParts(instance, { count, ofTask });
      // no class of nodes in two, every pair in one, and none falls apart further
      expect(parts.flatMap(({ classes }) => [...classes]).length).toBe(
        new Set(parts.flatMap(({ classes }) => [...classes])).size,
      );
      expect(parts.reduce((sum, { numbers }) => sum + numbers.pairs.node.length, 0)).toBe(instance.pairs.node.length);
      for (const { numbers } of parts) expect(components(numbers).count).toBe(1);
      ofTask.forEach((component, i) => {
        expect(component >= 0).toBe(hasPairs(instance, i));
      });
    }
  });

  it('proven apart: bounds add up to the optimum of exhaustive search', async () => {
    let proven = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const zones = 3;
      const raw = zonedWindow(seed, { zones, tasks: 3, nodes: 3 });
      const instance = buildInstance(ready(raw));
      const start = HEURISTICS.get('best-fit')!.place(instance)!.assignment;
      const least = zonedOptimum(raw, zones);
      if (scoreOf(instance, start).unplaced.some((copies, t) => copies !== least.unplaced[instance.tiers[t]!]))
        continue;
      let found = scoreOf(instance, start).cost;
      const posted: number[] = [];
      const { bound } = await proveParts(instance as Instance, {
        start,
        prices: new Float64Array(instance.nodes.classes * instance.width),
        components: components(instance),
        deadline: Number.POSITIVE_INFINITY,
        steps: 100_000,
        stopped: () => false,
        upperOf: () => Number.POSITIVE_INFINITY,
        onImproved: (_, cost) => {
          found = cost;
        },
        onBound: (value) => posted.push(value),
      });
      expect(found).toBeCloseTo(least.cost, 6);
      expect(bound).toBeCloseTo(least.cost, 5);
      expect(Math.max(0, ...posted)).toBeLessThanOrEqual(least.cost * (1 + 1e-9));
      proven++;
    }
    expect(proven).toBeGreaterThan(60);
  });

  it('give the optimum of exhaustive search, over-full ones too, in any order', async () => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const zones = seed % 4 === 0 ? 24 : 3; // many: beyond what GLPK has the last word on
      const raw = zonedWindow(seed, { zones, nodes: seed % 4 === 0 ? 4 : 2 });
      const best = zonedOptimum(raw, zones);
      for (const window of [raw, { ...raw, tasks: raw.tasks.toReversed(), nodes: raw.nodes.toReversed() }]) {
        const answer = await solve(ready(window), { engines });
        const faults = faultsOf(window, answer);
        if (answer.status !== 'optimal') faults.push(`${answer.status} ${answer.stop}`);
        if (Math.abs(answer.objective! - best.cost) > 1e-6 * best.cost)
          faults.push(`${answer.objective}, not ${best.cost}`);
        for (const { tier, copies } of answer.unplacedBounds)
          if (copies !== best.unplaced[tier]) faults.push(`tier ${tier}: ${copies}, not ${best.unplaced[tier]}`);
        if (faults.length > 0) wrong.push(`seed ${seed}: ${faults.join(', ')}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('are infeasible together as soon as one of them is', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const raw: WindowInput = { ...zonedWindow(seed, { zones: 5 }), unplaced: 'forbid' };
      const { unplaced } = zonedOptimum({ ...raw, unplaced: 'allow' }, 5);
      const answer = await solve(ready(raw), { engines });
      expect(answer.status).toBe(Object.values(unplaced).some((copies) => copies > 0) ? 'infeasible' : 'optimal');
      expect(answer.stop).toBe('proved');
    }
  });

  it('get the same answer again when steps are counted', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const raw: WindowInput = { ...zonedWindow(seed, { zones: 24, nodes: 4 }), work: 40 };
      const first = await solve(ready(raw), { engines });
      expect(faultsOf(raw, first)).toEqual([]);
      expect(stripped(await solve(ready(raw), { engines }))).toBe(stripped(first));
    }
  });
});
