import { describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import { scoreOf } from '../dist/model/assignment.js';
import { certificateAt } from '../dist/model/certificate.js';
import { costDual, type DualObjective, dualValue, excessCosts, homelessCopies, tierDual } from '../dist/model/dual.js';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { random } from '../dist/model/random.js';
import { recomputeBound } from '../dist/model/recompute.js';
import type { Window } from '../dist/model/window.js';
import { openingCover } from '../dist/solver/bound/cover.js';
import { lagrangianBound } from '../dist/solver/bound/lagrangian.js';
import { ofSteps } from '../dist/solver/budget.js';
import { loadEngine } from '../dist/solver/engines/engines.js';
import { formulate, type Stage } from '../dist/solver/formulation.js';
import { exhaustive } from './support/exhaustive.ts';
import { randomWindow } from './support/random-window.ts';
import { straightOptimum } from './support/straight.ts';
import { ready } from './support/windows.ts';

const highs = await loadEngine('highs');

/** Optimum of the relaxation of a stage. */
function relaxation(instance: Instance, stage: Stage): number {
  const { program, costScale } = formulate(instance, stage, false);
  const { truth, objective } = highs.solve(program);
  expect(truth).toBe('optimal');
  return objective! / costScale;
}

/** A random window in which opening most nodes costs something: from little beside the cost of running to all there is. */
function openingWindow(seed: number): Window {
  const next = random(seed + 0x0be7);
  const window = randomWindow(seed, { mostTasks: 5 });
  const dear = 4 ** Math.floor(6 * next());
  return ready({
    ...window,
    tasks: window.tasks.map((task) => ({ ...task, ...(dear > 500 ? { weight: 0 } : {}) })),
    nodes: window.nodes.map((node) => ({
      ...node,
      ...(next() < 0.8 ? { openCost: Math.round(dear * 8 * next()) / 8 } : {}),
      ...(next() < 0.1 ? { open: true } : {}),
    })),
  });
}

/** The cost at so many unplaced copies per tier, by name. */
function costAt(instance: Instance, tiers: readonly string[], unplaced: readonly number[]): DualObjective {
  const homeless = homelessCopies(instance);
  const fixed = Float64Array.from(instance.tiers, (name, t) => unplaced[tiers.indexOf(name)]! - homeless[t]!);
  return { cost: instance.pairs.cost, fixed, priced: fixed };
}

const zero = (instance: Instance) => new Float64Array(instance.nodes.classes * instance.width);

describe('the Lagrangian bound', () => {
  it.each([
    [60, 12, 'node', 0],
    [300, 40, 'node', 0],
    [300, 40, 'kind', 0],
    [600, 80, 'node', 0],
    [300, 40, 'kind', 0.15],
  ] as const)(
    'comes within 0.1 % of the relaxation and never above it: %i × %i, noise by %s, jitter %f',
    (tasks, nodes, noise, jitter) => {
      for (let seed = 1; seed <= 3; seed++) {
        const instance = buildInstance(
          ready(clusterWindow({ tasks, nodes, kinds: 4, load: 0.8 + 0.05 * seed, seed, noise, jitter })),
        );
        const optimum = relaxation(instance, { tier: null, held: [0] });
        const dual = costDual(instance, new Float64Array(tasks));
        const { bound, prices } = lagrangianBound(
          instance,
          dual,
          zero(instance),
          Number.POSITIVE_INFINITY,
          ofSteps(4000),
        );
        expect(bound).toBeLessThanOrEqual(optimum * (1 + 1e-9));
        expect(bound).toBeGreaterThanOrEqual(optimum * 0.999);
        expect(prices.every((price) => price >= 0)).toBe(true);
      }
    },
  );

  it('holds for the unplaced copies of a tier, too', () => {
    let positive = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const instance = buildInstance(ready(randomWindow(seed, { mostTasks: 20, mostNodes: 4 })));
      const optimum = relaxation(instance, { tier: 0, held: [] });
      const { bound } = lagrangianBound(
        instance,
        tierDual(instance, 0, []),
        zero(instance),
        instance.tasks,
        ofSteps(500),
      );
      expect(bound).toBeLessThanOrEqual(optimum + 1e-7);
      if (bound > 0.01) positive++;
    }
    expect(positive).toBeGreaterThan(5);
  });

  it('knows what opening costs: never above the optimum, and near the relaxation in which nodes open in part', async () => {
    let opened = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const window = openingWindow(seed);
      const instance = buildInstance(window);
      const { tiers, unplaced, cost } = exhaustive(window);
      const relaxed = await straightOptimum(window, unplaced);
      const objective = costAt(instance, tiers, unplaced);
      const { bound } = lagrangianBound(instance, objective, zero(instance), Number.POSITIVE_INFINITY, ofSteps(4000));
      expect(bound, `seed ${seed}`).toBeLessThanOrEqual(cost + 1e-9 * cost + 1e-9);
      expect(bound, `seed ${seed}`).toBeLessThanOrEqual(relaxed.cost + 1e-7 * relaxed.cost + 1e-9);
      if (!instance.opening) continue;
      expect(bound, `seed ${seed}`).toBeGreaterThanOrEqual(0.999 * relaxed.cost - 1e-9);
      if (relaxed.cost > 0) opened++;
    }
    expect(opened).toBeGreaterThan(60);
  });

  it('is what its certificate says, recomputed from the window', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const window: Window = { ...openingWindow(seed), unplaced: 'allow' };
      const instance = buildInstance(window);
      const unplaced = instance.count.map((copies, i) => (seed % 3 === 0 && i === 0 ? copies : 0));
      const { bound, prices } = lagrangianBound(
        instance,
        costDual(instance, unplaced),
        zero(instance),
        Number.POSITIVE_INFINITY,
        ofSteps(300),
      );
      const certificate = certificateAt(instance, unplaced, prices);
      expect(certificate.bound).toBe(bound);
      const again = recomputeBound(window, unplaced, certificate);
      expect(Math.abs(again - bound), `seed ${seed}`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(bound)));
    }
  });
});

describe('the cover of all demand by whole nodes', () => {
  it('never limits the cost from above, and adds to what the prices prove', () => {
    let raised = 0;
    let linkedMore = 0;
    for (let seed = 1; seed <= 250; seed++) {
      const window = openingWindow(seed);
      const instance = buildInstance(window);
      const { tiers, unplaced, cost } = exhaustive(window);
      const objective = costAt(instance, tiers, unplaced);
      const { bound, prices } = lagrangianBound(instance, objective, zero(instance), cost, ofSteps(400));
      const next = random(seed);
      for (const at of [
        prices,
        zero(instance),
        prices.map((price) => 2 * price * next()),
        prices.map(() => 9 * next()),
      ]) {
        const cover = openingCover(instance, objective, at);
        expect(cover === null).toBe(instance.opening === null);
        if (!cover) continue;
        const linked = openingCover(instance, objective, at, true)!;
        const [apart, whole] = [cover, linked].map((each) => each.constant + highs.solve(each.program).bound!);
        for (const proven of [apart!, whole!])
          expect(proven, `seed ${seed}`).toBeLessThanOrEqual(cost + 1e-7 * cost + 1e-7);
        if (at === prices && apart! > bound + 1e-3 * cost) raised++;
        if (whole! > apart! + 1e-3 * cost) linkedMore++;
      }
    }
    expect(raised).toBeGreaterThan(20);
    expect(linkedMore).toBeGreaterThan(20);
  });
});

it('no assignment costs less than what prices prove and the excess of any of its pairs', () => {
  let checked = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const instance = buildInstance(ready(randomWindow(seed, { mode: 'integral', mostTasks: 12, mostNodes: 6 })));
    const next = random(seed);
    const prices = Float64Array.from({ length: instance.nodes.classes * instance.width }, () => 5 * next());
    for (const heuristic of HEURISTICS.values()) {
      const { assignment } = heuristic.place(instance, { seed })!;
      const dual = dualValue(instance, costDual(instance, assignment.unplaced), prices);
      const excess = excessCosts(instance, instance.pairs.cost, prices, dual);
      const { cost } = scoreOf(instance, assignment);
      for (const { pair } of assignment.placements) {
        expect(cost).toBeGreaterThanOrEqual(dual.value + excess[pair]! - 1e-6 * Math.max(1, Math.abs(cost)));
        checked++;
      }
    }
  }
  expect(checked).toBeGreaterThan(1000);
});
