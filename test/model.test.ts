import { describe, expect, it } from 'vitest';
import { assignmentOf } from '../dist/model/assignment.js';
import { certificateAt } from '../dist/model/certificate.js';
import { costDual, dualValue } from '../dist/model/dual.js';
import { closest, shown } from '../dist/model/faults.js';
import { buildInstance, nodeName, unfoldedPairs } from '../dist/model/instance.js';
import { loadsOf } from '../dist/model/loads.js';
import { random } from '../dist/model/random.js';
import { Reasons } from '../dist/model/reasons.js';
import { verify } from '../dist/model/verifier.js';
import type { WindowInput } from '../dist/model/window.js';
import { Beside } from '../dist/solver/explain/beside.js';
import { reasonsBeside } from '../dist/solver/explain/reasons-beside.js';
import { randomWindow } from './support/random-window.ts';
import { ready, twoTasks } from './support/windows.ts';

const build = (raw: WindowInput) => buildInstance(ready(raw));
const machines = (count: number, more: object = {}) => ({ id: 'm', count, capacity: { cpu: 8, memory: 16 }, ...more });

describe('identical nodes', () => {
  it('are one class however many there are, entries that differ in their id alone included', () => {
    const { nodes, pairs, size } = build({
      tasks: [{ id: 'a', demand: { cpu: 1 } }],
      nodes: [machines(100_000), { ...machines(1), id: 'twin' }, machines(3, { id: 'fast', speed: 2 })],
    });
    expect([nodes.classes, nodes.copies, pairs.node.length]).toEqual([2, 100_004, 2]);
    expect([...size]).toEqual([100_001, 3]);
  });

  it('part ways where a rule names them, a label is asked for, or their times differ', () => {
    const classes = (task: object, more: object = {}) =>
      build({
        tasks: [{ id: 'a', demand: { cpu: 1 }, ...task }],
        nodes: [machines(4), { ...machines(1, { labels: { zone: 'b' } }), id: 'twin' }],
        ...more,
      }).nodes.classes;
    expect(classes({})).toBe(1);
    expect(classes({ requires: { zone: 'b' } })).toBe(2);
    expect(classes({ requires: { node: { not: 'm' } } })).toBe(2);
    expect(classes({ on: { 'm#2': { duration: 5 } } })).toBe(2);
    expect(classes({ current: 'm#1', pinned: true })).toBe(2);
    expect(classes({ current: 'm#1' })).toBe(1);
    expect(classes({}, { times: [[1, 2, 1, null, 2]] })).toBe(3);
    expect(classes({}, { times: [[1, 1, 1, 1, 1]] })).toBe(1);
  });

  it('keep their names', () => {
    const instance = build({ tasks: [{ id: 'a', demand: {} }], nodes: [machines(2), { ...machines(1), id: 'solo' }] });
    expect([0, 1, 2].map((copy) => nodeName(instance, copy))).toEqual(['m#0', 'm#1', 'solo']);
  });
});

describe('pairs', () => {
  it('that may not run are not stored', () => {
    const raw: WindowInput = {
      tasks: [
        { id: 'big', demand: { cpu: 9 } },
        { id: 'fussy', demand: { cpu: 1 }, requires: { zone: 'b' } },
        { id: 'plain', demand: { cpu: 1 } },
        { id: 'tolerant', demand: { cpu: 1 }, tolerates: ['gpu'] },
        { id: 'pinned', demand: { cpu: 1 }, current: 'draining', pinned: true },
        { id: 'alien', demand: { fpga: 1 } },
      ],
      nodes: [
        machines(2),
        { ...machines(1, { labels: { zone: 'b' } }), id: 'b' },
        { ...machines(1, { taints: ['gpu'] }), id: 'gpu' },
        { ...machines(1, { drain: true }), id: 'draining' },
      ],
    };
    const instance = build(raw);
    const { pairs, nodes } = instance;
    const where = instance.window.tasks.map((_, i) =>
      Array.from(pairs.node.subarray(pairs.start[i], pairs.start[i + 1]), (q) => nodes.representative[q]!.id),
    );
    expect(where).toEqual([[], ['b'], ['m#0', 'b'], ['m#0', 'b', 'gpu'], ['draining'], []]);
    expect(unfoldedPairs(instance)).toBe(1 + 3 + 4 + 1);
    expect(new Reasons(instance).ofRules(0)).toContainEqual({
      code: 'too-big',
      resource: 'cpu',
      nodes: 5,
      example: { node: 'm#0', required: 9, available: 8 },
    });
    expect(new Reasons(instance).ofRules(1)).toEqual([
      { code: 'requires', label: 'zone', nodes: 4, example: { node: 'm#0' } },
      { code: 'taint', label: 'gpu', nodes: 1, example: { node: 'gpu' } },
      { code: 'drained', nodes: 1, example: { node: 'draining' } },
    ]);
    expect(new Reasons(instance).ofRules(5)).toContainEqual({
      code: 'too-big',
      resource: 'fpga',
      nodes: 5,
      example: { node: 'm#0', required: 1, available: 0 },
    });
  });

  it('take time, demand and cost from the most specific word, as the verifier computes them', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const instance = build({ ...randomWindow(seed), mode: 'integral' });
      const { pairs, nodes, window } = instance;
      for (let i = 0; i < instance.tasks; i++) {
        for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
          const { breaches, objective } = verify({ ...window, unplaced: 'allow' }, [
            { task: window.tasks[i]!.id, node: nodes.representative[pairs.node[p]!]!.id, copies: 1 },
          ]);
          expect(breaches).toEqual([]);
          expect(Math.abs(objective - pairs.cost[p]!)).toBeLessThanOrEqual(1e-9 * Math.abs(objective));
        }
      }
    }
  });

  it('keep times and costs once where a copy costs the seconds that it takes, and only there', () => {
    const nodes = [machines(1, { speed: 3 }), { ...machines(1, { price: 5 }), id: 'dear' }];
    const pairsOf = (task: object, more: object = {}) =>
      build({ tasks: [{ id: 'a', duration: 12, demand: { cpu: 2 }, ...task }], nodes, objective: 'time', ...more })
        .pairs;
    const plain = pairsOf({});
    expect(plain.time).toBe(plain.cost);
    expect([...plain.time]).toEqual([4, 12]);
    for (const [task, more, costs] of [
      [{ weight: 2 }, {}, [8, 24]],
      [{ prefers: [{ labels: { node: 'dear' }, cost: 1 }] }, {}, [5, 12]],
      [{}, { objective: 'price' }, [4, 60]],
      [{}, { objective: 'resource-time' }, [8, 24]],
      [{ current: 'm', moveCost: 7 }, {}, [4, 19]],
    ] as const) {
      const { time, cost } = pairsOf(task, more);
      expect([...time]).toEqual([4, 12]);
      expect([...cost]).toEqual(costs);
    }
  });

  it('follow remaining, on and times as the contract says', () => {
    const times = (task: object, more: object = {}) =>
      Array.from(
        build({
          objective: 'time',
          tasks: [{ id: 'a', demand: { cpu: 1 }, ...task }],
          nodes: [{ id: 'x', kind: 'k', capacity: { cpu: 4 }, speed: 2 }],
          ...more,
        }).pairs.time,
      );
    expect(times({})).toEqual([0.5]);
    expect(times({ duration: 60 })).toEqual([30]);
    expect(times({ duration: 60, remaining: 20 })).toEqual([10]);
    expect(times({ remaining: 20 })).toEqual([10]);
    expect(times({ duration: 60, on: { k: { duration: 12 } } })).toEqual([12]);
    expect(times({ duration: 60, remaining: 20, on: { k: { duration: 12 }, x: { duration: 6 } } })).toEqual([2]);
    expect(times({ duration: 60, remaining: 20, on: { k: { duration: 12 } } }, { times: [[7]] })).toEqual([7]);
    expect(times({}, { times: [[null]] })).toEqual([]);
  });
});

describe('the certificate', () => {
  it('is that of the example: 0.25 a unit of cpu on x proves 1.5', () => {
    const instance = build(twoTasks);
    const prices = Float64Array.from(instance.nodes.representative, ({ id }) => (id === 'x' ? 0.25 : 0));
    expect(certificateAt(instance, new Float64Array(2), prices)).toEqual({
      bound: 1.5,
      nodePrices: [{ node: 'x', prices: { cpu: 0.25 } }],
      unplacedPrices: [],
    });
  });

  it('chooses the best price for each tier: no other price proves more', () => {
    const next = random(11);
    for (let seed = 1; seed <= 100; seed++) {
      const instance = build(randomWindow(seed));
      const unplaced = instance.count.map((count) => Math.floor(next() * (count + 1)));
      const prices = Float64Array.from({ length: instance.nodes.classes * instance.width }, () => next());
      const dual = costDual(instance, unplaced);
      const { value, tierPrices } = dualValue(instance, dual, prices);
      for (let t = 0; t < instance.tiers.length; t++) {
        if (!Number.isFinite(tierPrices[t])) continue;
        for (const factor of [0, 0.5, 0.9, 1.1, 2]) {
          const other = {
            ...dual,
            fixed: dual.fixed.map((copies, s) => (s === t ? -1 : copies)),
            priced: tierPrices.map((price) => price * factor),
          };
          const shifted = dualValue(instance, other, prices).value - tierPrices[t]! * factor * dual.fixed[t]!;
          expect(shifted).toBeLessThanOrEqual(value + 1e-9 * Math.max(1, Math.abs(value)));
        }
      }
    }
  });

  it('names copies where they differ', () => {
    const instance = build({
      tasks: [{ id: 'a', demand: { cpu: 1 }, on: { 'm#1': { duration: 9 } } }],
      nodes: [machines(2)],
    });
    expect(certificateAt(instance, new Float64Array(1), Float64Array.from([2, 3])).nodePrices).toEqual([
      { node: 'm#0', prices: { cpu: 2 } },
      { node: 'm#1', prices: { cpu: 3 } },
    ]);
  });
});

describe('the verifier', () => {
  const window = ready({
    tasks: [
      { id: 'a', demand: { cpu: 3 }, count: 2, requires: { zone: 'a' } },
      { id: 'b', demand: { cpu: 2 }, current: 'x', priority: 4 },
      { id: 'c', demand: { cpu: 99 }, tolerates: [] },
    ],
    nodes: [
      { id: 'x', capacity: { cpu: 5 }, labels: { zone: 'a' } },
      { id: 'y', capacity: { cpu: 8 }, count: 2, labels: { zone: 'b' }, taints: ['old'] },
    ],
    objective: 'time',
  });
  const codes = (...plan: [string, string, number][]) =>
    verify(
      window,
      plan.map(([task, node, copies]) => ({ task, node, copies })),
    ).breaches.map(({ code }) => code);

  it('accepts what is right and counts it', () => {
    expect(
      verify(window, [
        { task: 'a', node: 'x', copies: 1 },
        { task: 'b', node: 'x', copies: 1 },
      ]),
    ).toMatchObject({
      breaches: [],
      objective: 2,
      moves: 0,
      unplaced: [
        { tier: 'protected', copies: 0 },
        { tier: '0', copies: 2 },
      ],
    });
  });

  it('names every rule that is broken', () => {
    expect(codes(['a', 'x', 2])).toEqual(['over-capacity']);
    expect(codes(['a', 'x', 1], ['a', 'x', 1])).toEqual(['over-capacity']);
    expect(codes(['a', 'x', 0.5])).toEqual(['not-whole']);
    expect(codes(['a', 'x', -1])).toEqual(['not-positive']);
    expect(codes(['a', 'y#0', 1])).toEqual(['taint', 'requires']);
    expect(codes(['c', 'x', 1])).toEqual(['too-big', 'over-capacity']);
    expect(codes(['b', 'x', 1], ['b', 'x', 1])).toEqual(['too-many-copies']);
    expect(codes(['z', 'x', 1], ['a', 'y', 1], ['a', 'y#2', 1], ['a', 'y#01', 1])).toEqual([
      'unknown-task',
      'unknown-node',
      'unknown-node',
      'unknown-node',
    ]);
    expect(verify({ ...window, unplaced: 'forbid' }, []).breaches.map(({ code }) => code)).toEqual([
      'unplaced',
      'unplaced',
      'unplaced',
    ]);
  });

  it('counts moves', () => {
    const moved = ready({
      tasks: [{ id: 'a', demand: {}, count: 3, current: 'x' }],
      nodes: [
        { id: 'x', capacity: {} },
        { id: 'y', capacity: {} },
      ],
    });
    expect(
      verify(moved, [
        { task: 'a', node: 'x', copies: 1 },
        { task: 'a', node: 'y', copies: 2 },
      ]).moves,
    ).toBe(2);
  });
});

describe('reasons', () => {
  it('count the nodes that are full, with the roomiest as example', () => {
    const instance = build({
      tasks: [{ id: 'a', demand: { cpu: 3 }, count: 4 }],
      nodes: [
        { id: 'x', capacity: { cpu: 5 } },
        { id: 'y', capacity: { cpu: 4 } },
      ],
    });
    const placed = assignmentOf(instance, [
      { task: 0, pair: 0, copy: 0, amount: 1 },
      { task: 0, pair: 1, copy: 1, amount: 1 },
    ]);
    expect(placed.unplaced[0]).toBe(2);
    expect(reasonsBeside(new Beside(instance, placed, loadsOf(instance, placed.placements)), 0)).toEqual([
      { code: 'full', resource: 'cpu', nodes: 2, example: { node: 'x', required: 3, available: 2 } },
    ]);
  });
});

describe('words of faults', () => {
  it('guess what was meant', () => {
    expect(closest('durration', ['demand', 'duration'])).toBe('duration');
    expect(closest('dreain', ['drain'])).toBe('drain');
    expect(closest('x', ['demand'])).toBeUndefined();
  });

  it('stay short', () => {
    for (const value of [
      'a'.repeat(1e6),
      Array(1e6).fill(0),
      Object.fromEntries(Array.from({ length: 1000 }, (_, k) => [`k${k}`.repeat(99), k])),
      undefined,
      null,
      Number.NaN,
    ])
      expect(shown(value).length).toBeLessThan(200);
  });
});
