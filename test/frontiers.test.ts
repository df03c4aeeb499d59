import { afterAll, describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { readyFrontier } from '../dist/model/frontier-body.js';
import type { WindowInput } from '../dist/model/window.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { type FrontierPoint, frontier } from '../dist/solver/frontier.js';
import { solve } from '../dist/solver/solve.js';
import { exhaustive } from './support/exhaustive.ts';
import { ruledWindow } from './support/ruled-window.ts';
import { ready } from './support/windows.ts';

const engines = new EnginePool({ warm: ['glpk', 'highs'] });
afterAll(() => engines.close());

/** A window in which most tasks run now, somewhere. */
function running(raw: WindowInput): WindowInput {
  const nodes = raw.nodes.flatMap(({ id, count = 1 }) =>
    Array.from({ length: count }, (_, k) => (count > 1 ? `${id}#${k}` : id)),
  );
  const tasks = raw.tasks.map((task, i) => (i % 5 === 4 ? task : { current: nodes[(i * 7) % nodes.length]!, ...task }));
  const { maxMoves: _, ...free } = raw;
  return { ...free, tasks };
}

/** Whether a point leaves as much unplaced per tier as another, or less in the first that differs. */
function noWorse(a: FrontierPoint, b: FrontierPoint): boolean {
  const t = a.unplaced.findIndex(({ copies }, tier) => copies !== b.unplaced[tier]!.copies);
  return t < 0 ? a.objective! <= b.objective! * (1 + 1e-9) : a.unplaced[t]!.copies < b.unplaced[t]!.copies;
}

describe('frontiers', () => {
  it('equal exhaustive search for every number of moves', async () => {
    let bought = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const raw = running(ruledWindow(seed, { mostTasks: 5 }));
      const window = ready({ ...raw, deadlineMs: 60_000 });
      const { points } = await frontier({ window, moves: [3, 0, null, 1] }, { engines });
      expect(points.map(({ moves }) => moves)).toEqual([0, 1, 3, null]);
      for (const { moves, made, status, objective, unplaced, bound } of points) {
        const tell = `seed ${seed}, ${moves} moves`;
        const best = exhaustive(ready(moves === null ? raw : { ...raw, maxMoves: moves }));
        if (window.unplaced === 'forbid' && best.unplaced.some((copies) => copies > 0)) {
          expect([tell, status, objective]).toEqual([tell, 'infeasible', null]);
          continue;
        }
        expect([tell, status]).toEqual([tell, 'optimal']);
        expect([tell, unplaced.map(({ copies }) => copies)]).toEqual([tell, best.unplaced]);
        expect(Math.abs(objective! - best.cost)).toBeLessThanOrEqual(1e-6 * best.cost + 1e-9);
        expect(bound).toBeLessThanOrEqual(best.cost * (1 + 1e-9));
        if (moves !== null) expect(made).toBeLessThanOrEqual(moves);
      }
      const [none, any] = [points[0]!, points[3]!];
      if (none.objective !== null && any.objective !== null && !noWorse(none, any)) bought++;
    }
    expect(bought).toBeGreaterThan(15);
  });

  it('get no worse with more moves, however short the deadline', async () => {
    const raw = clusterWindow({ tasks: 120, nodes: 12, kinds: 3, load: 0.8, seed: 4 });
    const cluster = running({ ...raw, nodes: raw.nodes.map((node) => ({ ...node, openCost: 100 })) });
    const { points } = await frontier({ window: ready({ ...cluster, deadlineMs: 1500 }) }, { engines });
    const known = points.filter(({ status }) => status !== 'unknown');
    expect(points.map(({ moves }) => moves)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, null]);
    for (const [at, point] of known.entries()) {
      if (at > 0) expect(noWorse(point, known[at - 1]!)).toBe(true);
      if (point.bound !== null) expect(point.bound).toBeLessThanOrEqual(point.objective!);
    }
  });

  it('are the same twice when steps are counted', async () => {
    const window = ready({ ...running(ruledWindow(11)), work: 100 });
    const [first, second] = [await frontier({ window }, { engines }), await frontier({ window }, { engines })];
    expect(first.points).toEqual(second.points);
  });

  it('keep to the limit of the window, and are one point where nothing runs', async () => {
    const raw = running({ ...ruledWindow(3), unplaced: 'allow' });
    const limited = await frontier({ window: ready({ ...raw, maxMoves: 1 }) }, { engines });
    expect(limited.points.map(({ moves }) => moves)).toEqual([0, null]);
    expect(limited.points[1]!.made).toBeLessThanOrEqual(1);
    const idle = { ...raw, tasks: raw.tasks.map((task) => ({ id: task.id, demand: task.demand })), groups: {} };
    const { times: _, ...still } = idle;
    expect((await frontier({ window: ready(still) }, { engines })).points).toMatchObject([{ moves: null, made: 0 }]);
  });

  it('start from the best plan of fewer moves, as any solve can from a plan', async () => {
    const raw = clusterWindow({ tasks: 40, nodes: 5, kinds: 2, load: 0.8, seed: 2 });
    const best = await solve(ready({ ...raw, deadlineMs: 2000 }), { engines });
    const brief = ready({ ...raw, work: 1 });
    const [without, from, broken] = [
      await solve(brief, { engines }),
      await solve(brief, { engines, start: best }),
      await solve(brief, {
        engines,
        start: { assignments: raw.tasks.map(({ id }) => ({ task: id, node: 'n1', copies: 1 })) },
      }),
    ];
    expect(from.objective).toBeLessThanOrEqual(best.objective!);
    expect(from.certificate!.bound).toBeGreaterThanOrEqual(best.certificate!.bound * (1 - 1e-9));
    expect(broken).toMatchObject({ objective: without.objective, assignments: without.assignments });
  });

  it('tell what is wrong with a body, and where', () => {
    const faultsOf = (body: unknown) => {
      const request = readyFrontier(body);
      return request.ok ? [] : request.refusal.faults.map(({ pointer, code }) => `${pointer} ${code}`);
    };
    const window = { tasks: [], nodes: [] };
    expect(faultsOf({ window, moves: [0, null, 3] })).toEqual([]);
    expect(faultsOf({ window: { tasks: [] }, moves: [-1, 1.5] })).toEqual([
      '/moves/0 out_of_range',
      '/moves/1 not_whole',
      '/window/nodes missing_field',
    ]);
    expect(faultsOf({ window, moves: [] })).toEqual(['/moves too_many']);
    expect(faultsOf({ moves: [0], window: undefined })).toEqual(['/window missing_field']);
    expect(faultsOf({ window, steps: [0] })).toEqual(['/steps unknown_field']);
    expect(faultsOf(3)).toEqual([' wrong_type']);
  });
});
