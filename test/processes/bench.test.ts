import { describe, expect, it } from 'vitest';
import { check } from '../../dist/bench/check.js';
import { clusterWindow } from '../../dist/bench/cluster-window.js';
import { figuresOf, judge } from '../../dist/bench/figures.js';
import { peerContender } from '../../dist/bench/peer-contender.js';
import { readCbc } from '../../dist/bench/peers/cbc-native.js';
import { readGlpsol } from '../../dist/bench/peers/glpsol.js';
import { lpFile } from '../../dist/bench/peers/lp-file.js';
import { loadPeer, PEERS } from '../../dist/bench/peers/peers.js';
import { pose } from '../../dist/bench/pose.js';
import { casesOf, SUITES } from '../../dist/bench/suites.js';
import { buildInstance } from '../../dist/model/instance.js';
import type { Window } from '../../dist/model/window.js';
import { exhaustive } from '../support/exhaustive.ts';
import { ready, twoTasks } from '../support/windows.ts';

/** Three whole nodes' worth of tasks on two nodes, two tiers. */
const overfull = clusterWindow({ tasks: 6, nodes: 3, kinds: 2, load: 1.3, seed: 5, tiers: 2 });

describe.each(PEERS)('%s', async (name) => {
  const found = await loadPeer(name);
  if (!found) console.info(`skipped: ${name} is not installed`);
  it.skipIf(!found)('finds the optimum of small windows, and the check agrees with it', async () => {
    const contender = peerContender(found!.peer, found!.version);
    for (const [raw, everything] of [
      [twoTasks, true],
      [clusterWindow({ tasks: 10, nodes: 4, kinds: 4, load: 0.8, seed: 3 }), true],
      [overfull, false],
    ] as const) {
      const window = ready(raw);
      const best = exhaustive(window);
      const outcome = await contender.run({ contender: name, window, seconds: 10, seed: 1, everything });
      expect(outcome).toMatchObject({ status: 'optimal' });
      expect(outcome!.cost).toBeCloseTo(best.cost, 4);
      expect(outcome!.bound).toBeCloseTo(best.cost, 4);
      const checked = check(window, outcome!.plan!);
      expect(checked.faults).toEqual([]);
      expect(checked.unplaced).toEqual(best.unplaced);
      expect(checked.cost).toBeCloseTo(best.cost, 4);
    }
  });
});

describe('what a contender says is not believed', () => {
  const window = ready(twoTasks);
  const told = (
    plan: [string, string, number][],
    cost: number,
    bound: number | null,
    name = 'peer',
    w: Window = window,
  ) =>
    judge(
      w,
      { contender: name, seed: 1, seconds: 1, repeat: 1 },
      {
        end: 'answered',
        cpuMs: 1,
        peakMb: 1,
        outcome: {
          status: 'optimal',
          cost,
          bound,
          ms: 1,
          incumbents: [],
          plan: plan.map(([task, node, copies]) => ({ task, node, copies })),
        },
      },
      true,
    );
  const honest = told(
    [
      ['a', 'x', 1],
      ['b', 'y', 1],
    ],
    1.5,
    1.5,
  ); // prettier-ignore

  it('an honest answer counts', () => {
    expect(honest.refused).toBeNull();
  });

  it('a plan that is not one, or costs something else, is refused', () => {
    expect(
      told(
        [
          ['a', 'x', 1],
          ['b', 'x', 1],
        ],
        1,
        1,
      ).refused,
    ).toMatch(/over/);
    expect(told([['a', 'x', 1]], 0.5, 0.5).refused).toMatch(/unplaced/);
    expect(
      told(
        [
          ['a', 'x', 1],
          ['b', 'y', 1],
        ],
        1.4,
        1.4,
      ).refused,
    ).toMatch(/told a cost of 1.4/);
    expect(
      told(
        [
          ['a', 'x', 1],
          ['b', 'nowhere', 1],
        ],
        1.5,
        1.5,
      ).refused,
    ).toMatch(/no node/);
    expect(
      told(
        [
          ['a', 'x', 2],
          ['b', 'y', 1],
        ],
        2,
        2,
      ).refused,
    ).toMatch(/over|more copies/);
    expect(
      told(
        [
          ['a', 'x', 0.5],
          ['a', 'y', 0.5],
          ['b', 'y', 1],
        ],
        1.75,
        1.5,
      ).refused,
    ).toMatch(/0.5 copies/);
  });

  it('a bound above what someone else placed does not count', () => {
    const one = { ...casesOf('proof-random', { seeds: 1, first: 1, data: '', quick: false })[0]!, known: null };
    const dear = told(
      [
        ['a', 'y', 1],
        ['b', 'y', 1],
      ],
      2,
      2,
    );
    const [mine, its] = figuresOf(one, [honest, { ...dear, contender: 'other' }]);
    expect(mine).toMatchObject({ bound: 1.5, gap: 0, over: 0, toProof: 0.001 });
    expect(its).toMatchObject({ bound: null, gap: null, toProof: null, refused: expect.stringContaining('bound 2') });
    expect(its!.over).toBeCloseTo(1 / 3);
  });
});

describe('files of native programs', () => {
  const { program } = pose(buildInstance(ready(twoTasks)), 'everything');

  it('the program is written as an LP file', () => {
    const text = lpFile(program);
    expect(text).toContain('r0: + 1 x0 + 1 x1 = 1');
    expect(text).toMatch(/cost: \+ 0\.5 x0 \+ 1 x1 \+ 0\.5 x2 \+ 1 x3/);
    expect(text).toMatch(/General\nx0 x1 x2 x3\nEnd/);
  });

  it('solutions of glpsol and cbc are read', () => {
    const glpsol = 'c Status: INTEGER OPTIMAL\ns mip 4 4 o 1.5\ni 1 1\nj 1 1\nj 2 0\nj 3 0\nj 4 1\ne o f\n';
    expect(readGlpsol(glpsol, '', program)).toEqual({
      status: 'optimal',
      cost: 1.5,
      bound: 1.5,
      x: Float64Array.of(1, 0, 0, 1),
    });
    expect(readGlpsol('s mip 4 4 u 0\n', '', program)).toMatchObject({ status: 'unknown', x: null });
    expect(readGlpsol('s bas 4 4 f f 1.5\nj 1 b 1 0\nj 4 l 0.5 0\n', '', program)).toMatchObject({
      status: 'optimal',
      x: Float64Array.of(1, 0, 0, 0.5),
    });
    const cbc = 'Stopped on time - objective value 1.50000000\n      0 x0   1   0.5\n      3 x3   1   1\n';
    expect(readCbc(cbc, 'Lower bound:                    1.25\n', program)).toEqual({
      status: 'feasible',
      cost: 1.5,
      bound: 1.25,
      x: Float64Array.of(1, 0, 0, 1),
    });
    expect(readCbc('Infeasible - objective value 0.00000000\n', '', program)).toMatchObject({
      status: 'infeasible',
      x: null,
    });
  });
});

describe('generated windows', () => {
  it('are the same for the same seed, and options leave other draws alone', () => {
    const plain = { tasks: 12, nodes: 4, kinds: 2, load: 0.8, seed: 9 };
    expect(clusterWindow({ ...plain, lattice: 32 }).times).toEqual(clusterWindow(plain).times);
    expect(clusterWindow({ ...plain, jitter: 0.1 }).times).toEqual(clusterWindow(plain).times);
    for (const { demand } of clusterWindow({ ...plain, lattice: 32 }).tasks) expect((demand.cpu! * 2) % 1).toBe(0);
  });

  it('share copies out and fold nodes', () => {
    const window = ready(
      clusterWindow({ tasks: 7, copies: 100, nodes: 9, kinds: 2, load: 0.5, seed: 1, noise: 'kind', folded: true }),
    );
    expect(window.tasks.reduce((sum, { count }) => sum + count, 0)).toBe(100);
    expect(window.nodes.map(({ id, count }) => [id, count])).toEqual([
      ['kind1', 5],
      ['kind2', 4],
    ]);
    const capacity = window.nodes.reduce((sum, { capacity, count }) => sum + capacity.cpu! * count, 0);
    const demand = window.tasks.reduce((sum, { demand, count }) => sum + demand.cpu! * count, 0);
    expect(demand / capacity).toBeCloseTo(0.5, 3);
  });

  it('every case of every suite has a name of its own', () => {
    for (const suite of Object.keys(SUITES)) {
      for (const quick of [false, true]) {
        const options = { seeds: null, first: 1, data: '../shared/data', quick };
        const names = casesOf(suite, options).map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
      }
    }
  });
});
