import { afterAll, describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { recomputeBound } from '../dist/model/recompute.js';
import type { Window, WindowInput } from '../dist/model/window.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';
import { ruledWindow } from './support/ruled-window.ts';
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
