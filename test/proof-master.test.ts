import { describe, expect, it } from 'vitest';
import { clusterWindow } from '../dist/bench/cluster-window.js';
import { type Assignment, scoreOf } from '../dist/model/assignment.js';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { highsRuntime } from '../dist/solver/engines/highs-module.js';
import { Domains } from '../dist/solver/proof/domains.js';
import { Lagrangian } from '../dist/solver/proof/lagrangian.js';
import { heldCopies, proofProblem } from '../dist/solver/proof/problem.js';
import { ascendByMaster } from '../dist/solver/proof/root-master.js';
import { SetPool } from '../dist/solver/proof/set-pool.js';
import { Average, ascend } from '../dist/solver/proof/subgradient.js';
import { exhaustive } from './support/exhaustive.ts';
import { randomWindow } from './support/random-window.ts';
import { startOf } from './support/start.ts';
import { ready } from './support/windows.ts';

const highs = await highsRuntime();

/** The root's bound by so many steps from no prices, and by the master after them. */
function roots(instance: Instance, start: Assignment, steps: number) {
  const problem = proofProblem(instance, start);
  const domains = new Domains(problem);
  expect(domains.settle()).toBe(true);
  const lagrangian = new Lagrangian(problem, domains, new Float64Array(instance.nodes.classes * instance.width));
  const pool = new SetPool(lagrangian);
  const duals = new Float64Array(problem.tasks);
  let bound = Number.NEGATIVE_INFINITY;
  const guide = {
    begin: () => true,
    target: () => scoreOf(instance, start).cost,
    look: (_: Float64Array, { value }: { value: number }) => {
      bound = Math.max(bound, value - lagrangian.rounding);
      pool.collect();
      return false;
    },
  };
  ascend(
    lagrangian,
    { direction: new Float64Array(problem.tasks), average: new Average(domains.cells) },
    duals,
    { steps, size: 1 },
    guide,
  );
  const bySteps = bound;
  ascendByMaster(highs, lagrangian, pool, heldCopies(instance, problem.taskOf, start), duals, bySteps, guide);
  return { bySteps, byMaster: bound, again: lagrangian.evaluate(duals) };
}

describe("the root's master", () => {
  it('raises the bound and never above the optimum, on 300 random windows: copies, classes, tiers', () => {
    const wrong: string[] = [];
    let raised = 0;
    let tight = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const window = ready({ ...randomWindow(seed, { mostTasks: 7, mostCopies: 3 }), unplaced: 'allow' });
      const instance = buildInstance(window);
      const start = startOf(instance);
      const best = exhaustive(window);
      const { unplaced, cost } = scoreOf(instance, start);
      if (cost === 0) continue;
      const { bySteps, byMaster, again } = roots(instance, start, 5);
      const optimum = unplaced.some((copies, t) => copies !== best.unplaced[t]) ? cost : best.cost;
      if (byMaster > optimum * (1 + 1e-9)) wrong.push(`seed ${seed}: ${byMaster} above ${optimum}`);
      if (Math.abs(again - byMaster) > 1e-9 * optimum)
        wrong.push(`seed ${seed}: duals prove ${again}, told ${byMaster}`);
      if (byMaster > bySteps * (1 + 1e-9)) raised++;
      if (byMaster >= optimum * (1 - 1e-5)) tight++;
    }
    expect(wrong).toEqual([]);
    expect(raised).toBeGreaterThan(150);
    expect(tight).toBeGreaterThan(100);
  });

  it('gets to where steps do not', () => {
    const instance = buildInstance(ready(clusterWindow({ tasks: 40, nodes: 8, kinds: 8, load: 0.85, seed: 3 })));
    const start = startOf(instance);
    const long = roots(instance, start, 1000);
    const short = roots(instance, start, 100);
    expect(short.byMaster).toBeGreaterThan(short.bySteps);
    expect(short.byMaster).toBeGreaterThanOrEqual(long.bySteps * (1 - 1e-9));
    expect(Math.abs(short.byMaster - long.byMaster)).toBeLessThanOrEqual(5e-6 * long.byMaster);
  });
});
