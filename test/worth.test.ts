import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { recomputeBound } from '../dist/model/recompute.js';
import type { Window, WindowInput } from '../dist/model/window.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';
import { ruledWindow } from './support/ruled-window.ts';
import { straightRelaxation } from './support/straight-relaxation.ts';
import { ready, twoTasks } from './support/windows.ts';

const engines = new EnginePool({ warm: ['glpk', 'highs'] });
afterAll(() => engines.close());

/** A window with more of a resource on a node that is an entry of its own. */
const withMore = (window: Window, node: string, resource: string, more: number): Window => ({
  ...window,
  nodes: window.nodes.map((entry) =>
    entry.id === node
      ? { ...entry, capacity: { ...entry.capacity, [resource]: (entry.capacity[resource] ?? 0) + more } }
      : entry,
  ),
});

describe('worth', () => {
  it('is told where it is asked for', async () => {
    expect((await solve(ready(twoTasks), { engines })).worth).toEqual([]);
    const { worth, warnings } = await solve(ready({ ...twoTasks, explain: true }), { engines });
    expect(worth).toEqual([
      { node: 'x', resource: 'cpu', perUnit: expect.closeTo(0.25, 9), upTo: expect.closeTo(2, 6) },
    ]);
    expect(warnings).toEqual([]);
  });

  it('is what the first unit saves, where prices at a kink could be anything above', async () => {
    const tight: WindowInput = {
      ...twoTasks,
      times: [
        [1, 10],
        [1, 2],
      ],
      explain: true,
    };
    for (const engine of ['glpk', 'highs'] as const) {
      const { worth } = await solve(ready({ ...tight, engine }), { engines });
      expect(worth).toEqual([
        { node: 'x', resource: 'cpu', perUnit: expect.closeTo(0.5, 6), upTo: expect.closeTo(2, 6) },
      ]);
    }
    const enough = { ...twoTasks, tasks: [twoTasks.tasks[0]!], explain: true };
    expect((await solve(ready(enough), { engines })).worth).toEqual([]);
  });

  it('is of one node of a class, which can not share what it has more with the others', async () => {
    const raw: WindowInput = {
      ...twoTasks,
      tasks: [{ id: 'a', count: 4, demand: { cpu: 3, memory: 2 } }],
      nodes: [
        { id: 'x', count: 2, capacity: { cpu: 3, memory: 3 }, speed: 2 },
        { id: 'y', capacity: { cpu: 12, memory: 12 } },
      ],
      explain: true,
    };
    // 1.5 cpu more and its memory is full; both nodes together would have memory for 3
    expect((await solve(ready(raw), { engines })).worth).toEqual([
      { node: 'x', resource: 'cpu', perUnit: expect.closeTo(1 / 6, 6), upTo: expect.closeTo(1.5, 6) },
    ]);
  });

  it('is what more capacity saves a divisible window, exactly as far as it says', async () => {
    let checked = 0;
    let ends = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const raw = clusterWindow({ tasks: 8, nodes: 4, kinds: 3, load: 0.85, seed, lattice: seed % 2 === 0 ? 8 : 0 });
      const window = ready({ ...raw, mode: 'divisible', deadlineMs: 20_000, explain: true });
      const answer = await solve(window, { engines });
      const optimum = async (node: string, resource: string, more: number) => {
        const found = await solve({ ...withMore(window, node, resource, more), explain: false }, { engines });
        expect(found.status).toBe('optimal');
        return found.objective!;
      };
      expect(answer.worth.map(({ perUnit }) => perUnit)).toEqual(
        answer.worth.map(({ perUnit }) => perUnit).sort((a, b) => b - a),
      );
      for (const { node, resource, perUnit, upTo } of answer.worth) {
        expect(upTo).not.toBe(null);
        const tell = `seed ${seed}: ${resource} of ${node}`;
        const slack = 1e-5 * answer.objective!;
        for (const more of [upTo! / 3, upTo!])
          expect([
            tell,
            Math.abs(answer.objective! - (await optimum(node, resource, more)) - perUnit * more) < slack,
          ]).toEqual([tell, true]);
        const beyond = answer.objective! - (await optimum(node, resource, 2 * upTo!));
        expect([tell, beyond <= 2 * perUnit * upTo! + slack]).toEqual([tell, true]);
        if (beyond < 2 * perUnit * upTo! - slack) ends++;
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(40);
    expect(ends).toBeGreaterThan(20);
  });

  it('is what the relaxation saves, as far as it says, where nodes cost something to open and have copies', async () => {
    const ranges = { open: 0, free: 0, none: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        async (seed, t) => {
          const mode = seed % 2 === 0 ? 'integral' : 'divisible';
          const raw = ruledWindow(seed, { mode, mostTasks: 8, mostNodes: 6 });
          const window = ready({
            ...raw,
            mode,
            objective: 'time',
            unplaced: 'allow',
            explain: true,
            deadlineMs: 20_000,
          });
          const answer = await solve(window, { engines });
          const unplaced = window.tasks.map(({ id }) =>
            answer.unplaced.reduce((sum, { task, copies }) => (task === id ? sum + copies : sum), 0),
          );
          const relaxed = straightRelaxation(window, unplaced, engines);
          const value = await relaxed();
          const slack = (most: number) => 1e-6 * (Math.abs(value) + most) + 1e-6;
          for (const { node, resource, perUnit, upTo } of answer.worth) {
            const saved = async (units: number) => value - (await relaxed({ node, resource, units }));
            const units = upTo === null ? 10 * t : 2 * upTo;
            expect(await saved(units)).toBeLessThanOrEqual(perUnit * units + slack(perUnit * units));
            const opens = window.nodes.some(
              (entry) => node.split('#')[0] === entry.id && !entry.open && entry.openCost > 0,
            );
            ranges[upTo === null ? 'none' : opens ? 'open' : 'free']++;
            if (upTo === null) continue;
            for (const share of [t, 1])
              expect(Math.abs((await saved(share * upTo)) - perUnit * share * upTo)).toBeLessThanOrEqual(
                slack(perUnit * upTo),
              );
          }
        },
      ),
      { numRuns: 150, seed: 4 },
    );
    expect(ranges.open).toBeGreaterThan(10);
    expect(ranges.free).toBeGreaterThan(10);
    expect(ranges.none).toBeGreaterThan(10);
  });

  it('is never less than what the certificate gives up for a unit, whatever the rules', async () => {
    let checked = 0;
    for (let seed = 1; seed <= 80; seed++) {
      const raw: WindowInput = { ...ruledWindow(seed), objective: 'time', unplaced: 'allow', explain: true };
      const window = ready(raw);
      const answer = await solve(window, { engines });
      const certificate = answer.certificate!;
      const unplacedOf = Float64Array.from(window.tasks, ({ id }) =>
        answer.unplaced.reduce((sum, { task, copies }) => (task === id ? sum + copies : sum), 0),
      );
      for (const { node, resource, perUnit, upTo } of answer.worth) {
        expect(perUnit).toBeGreaterThan(0);
        if (upTo !== null || window.nodes.find(({ id }) => id === node)?.count !== 1) continue;
        const before = recomputeBound(window, unplacedOf, certificate);
        const after = recomputeBound(withMore(window, node, resource, 1e-3), unplacedOf, certificate);
        expect(before - after).toBeLessThanOrEqual(1e-3 * perUnit + 1e-9 * Math.abs(before) + 1e-12);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(15);
  });
});
