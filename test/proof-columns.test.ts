import { describe, expect, it } from 'vitest';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { random } from '../dist/model/random.js';
import { Columns } from '../dist/solver/proof/columns.js';
import { Domains } from '../dist/solver/proof/domains.js';
import { Enumeration } from '../dist/solver/proof/enumeration.js';
import { type ProofProblem, proofProblem } from '../dist/solver/proof/problem.js';
import { randomWindow } from './support/random-window.ts';
import { ready } from './support/windows.ts';

/** The problem of placing everything in a random window; some bins, some with decisions made. */
function problemOf(seed: number): { problem: ProofProblem; domains: Domains; next: () => number } {
  const window = ready({ ...randomWindow(seed, { mostTasks: 7, mostCopies: 3 }), unplaced: 'allow' });
  const instance: Instance = buildInstance(window);
  const problem = proofProblem(instance, { placements: [], unplaced: new Float64Array(instance.tasks) });
  const domains = new Domains(problem);
  domains.settle();
  const next = random(seed);
  for (let b = 0; b < domains.bins; b++) {
    const items = problem.start[domains.kind[b]! + 1]! - problem.start[domains.kind[b]!]!;
    for (let m = 0; m < items; m++) {
      const cell = domains.base[b]! + m;
      if (domains.size[b]! > 0 && next() < 0.2) domains.narrow(b, cell, 0, Math.floor(next() * domains.high[cell]!));
    }
  }
  return { problem, domains, next };
}

/** Every way to fill bin b within its domains: copies by item. */
function allSets({ start, weight, width, room }: ProofProblem, domains: Domains, b: number): number[][] {
  const first = start[domains.kind[b]!]!;
  const items = start[domains.kind[b]! + 1]! - first;
  let sets: number[][] = [[]];
  for (let m = 0; m < items; m++) {
    const cell = domains.base[b]! + m;
    sets = sets.flatMap((set) =>
      Array.from({ length: domains.high[cell]! - domains.low[cell]! + 1 }, (_, n) => [...set, domains.low[cell]! + n]),
    );
  }
  const load = (set: number[], k: number) =>
    set.reduce((sum, copies, m) => sum + copies * weight[(first + m) * width + k]!, 0);
  const rooms = room.subarray(domains.kind[b]! * width, (domains.kind[b]! + 1) * width);
  return sets.filter((set) => rooms.every((most, k) => load(set, k) <= most + 1e-12));
}

describe('the sets of a bin', () => {
  it('are listed all, and only those worth enough, on 300 random windows', () => {
    let compared = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const { problem, domains, next } = problemOf(seed);
      const columns = new Columns(problem, domains);
      const enumeration = new Enumeration(problem, domains, columns);
      for (let b = 0; b < domains.bins; b++) {
        if (domains.size[b] === 0) continue;
        const first = problem.start[domains.kind[b]!]!;
        const items = problem.start[domains.kind[b]! + 1]! - first;
        if (items === 0) continue;
        const same = seed % 3 === 0 ? 10 : 1e-9; // in some windows tasks that look alike at the prices
        const v = Float64Array.from({ length: problem.tasks }, () => same * Math.round((30 * next()) / same));
        const profits = Float64Array.from(
          { length: items },
          (_, m) => v[problem.task[first + m]!]! - problem.cost[first + m]!,
        );
        const multipliers = Float64Array.from({ length: problem.width }, () => 20 * next());
        const worth = (set: number[]) => set.reduce((sum, copies, m) => sum + copies * profits[m]!, 0);
        const all = allSets(problem, domains, b);
        const best = Math.max(...all.map(worth));
        const floor = best - 15 * next();
        const expected = all.filter((set) => worth(set) > floor);
        expect(enumeration.list(b, profits, multipliers, floor, 1e6)).toBe(true);
        expect(columns.of(b).active).toBe(expected.length);
        compared += expected.length;

        // the best at any prices, of all, of those that a decision leaves, of all again
        const x = new Int32Array(domains.cells);
        const bestOf = (sets: number[][], prices: Float64Array) =>
          Math.max(
            ...sets.map((set) =>
              set.reduce((sum, n, m) => sum + n * (prices[problem.task[first + m]!]! - problem.cost[first + m]!), 0),
            ),
          );
        const others = v.map(() => 30 * next());
        expect(columns.evaluate(b, others, x)).toBeCloseTo(bestOf(expected, others), 9);
        const [mark, decided] = [columns.mark, domains.mark];
        const item = Math.floor(items * next());
        const cell = domains.base[b]! + item;
        const copies = domains.low[cell]! + Math.floor((domains.high[cell]! - domains.low[cell]! + 1) * next());
        domains.narrow(b, cell, copies, copies);
        const allowed = expected.filter((set) => set[item] === copies);
        expect(columns.evaluate(b, others, x)).toBeCloseTo(bestOf(allowed, others), 9);
        expect(columns.of(b).active).toBe(allowed.length);
        domains.undo(decided);
        columns.undo(mark);
        expect(columns.evaluate(b, v, x)).toBeCloseTo(bestOf(expected, v), 9);
        const found = [...x.subarray(domains.base[b], domains.base[b]! + items)];
        expect(expected).toContainEqual(found);
        expect(worth(found)).toBeCloseTo(best, 9);
        expect(columns.of(b).active).toBe(expected.length);
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });

  it('are not listed when they are too many', () => {
    const { problem, domains } = problemOf(1);
    const columns = new Columns(problem, domains);
    const profits = new Float64Array(problem.tasks).fill(1);
    const listed = new Enumeration(problem, domains, columns).list(
      0,
      profits,
      new Float64Array(problem.width),
      -100,
      1,
    );
    expect(listed).toBe(false);
    expect(columns.listed(0)).toBe(false);
    expect(columns.items).toBe(0);
  });
});
