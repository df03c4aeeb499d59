import { expect, it } from 'vitest';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import { scoreOf } from '../dist/model/assignment.js';
import { buildInstance, unfoldedPairs } from '../dist/model/instance.js';
import { objectiveOf, violationOf } from '../dist/model/linear-program.js';
import { formulate, pointOf } from '../dist/solver/formulation.js';
import { ruledWindow } from './support/ruled-window.ts';
import { ready } from './support/windows.ts';

it.each([
  ['small programs', 1, { mostTasks: 30, mostNodes: 10, mostCopies: 3 }],
  ['programs too large to link every column to its node', 500, { mostTasks: 250, mostNodes: 120, mostCopies: 3 }],
] as const)('an assignment is a point of its program, at the cost of the assignment: %s', (_, first, size) => {
  const sizes: number[] = [];
  for (let seed = first; seed < first + 25; seed++) {
    const instance = buildInstance(ready({ ...ruledWindow(seed, size), unplaced: 'allow' }));
    const { assignment } = HEURISTICS.get('price-greedy')!.place(instance)!;
    const { unplaced, cost } = scoreOf(instance, assignment);
    const placed = assignment.placements.reduce((sum, { amount }) => sum + amount, 0);
    const formulation = formulate(instance, { tier: null, held: unplaced, incumbent: { cost, placed } }, true);
    const point = pointOf(instance, formulation, assignment.placements);
    expect(violationOf(formulation.program, point), `seed ${seed}`).toBeLessThan(1e-9);
    expect(objectiveOf(formulation.program, point) / formulation.costScale).toBeCloseTo(cost, 6);
    sizes.push(unfoldedPairs(instance));
  }
  expect(Math.max(...sizes) > 4000).toBe(first === 500);
});
