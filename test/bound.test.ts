import { describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { costDual, tierDual } from '../dist/model/dual.js';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { lagrangianBound } from '../dist/solver/bound/lagrangian.js';
import { ofSteps } from '../dist/solver/budget.js';
import { loadEngine } from '../dist/solver/engines/engines.js';
import { formulate, type Stage } from '../dist/solver/formulation.js';
import { randomWindow } from './support/random-window.ts';
import { ready } from './support/windows.ts';

const highs = await loadEngine('highs');

/** Optimum of the relaxation of a stage. */
function relaxation(instance: Instance, stage: Stage): number {
  const { program, costScale } = formulate(instance, stage, false);
  const { truth, objective } = highs.solve(program);
  expect(truth).toBe('optimal');
  return objective! / costScale;
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
});
