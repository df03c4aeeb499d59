import { describe, expect, it } from 'vitest';
import type { Answer } from '../dist/model/answer.js';
import type { WindowInput } from '../dist/model/window.js';
import { solve } from '../dist/solver/solve.js';
import { judgedEngines } from './support/judged.ts';
import { ready } from './support/windows.ts';

const { engines, judge } = await judgedEngines();

/** The answer to a window, which the judge has looked at. */
async function answered(raw: WindowInput): Promise<Answer> {
  const window: WindowInput = { objective: 'time', deadlineMs: 20_000, ...raw };
  const answer = await solve(ready(window), { engines });
  expect(judge?.(window, answer).faults ?? []).toEqual([]);
  return answer;
}

/** The answer, proven optimal, as `task@node×copies` lines. */
async function placed(raw: WindowInput): Promise<{ plan: string[]; unplaced: number; cost: number }> {
  const answer = await answered(raw);
  expect([answer.status, answer.stop]).toEqual(['optimal', 'proved']);
  return {
    plan: answer.assignments.map(({ task, node, copies }) => `${task}@${node}×${copies}`).sort(),
    unplaced: answer.summary.unplaced,
    cost: answer.objective!,
  };
}

const task = (id: string, group?: string, more = {}) => ({
  id,
  demand: { cpu: 1 },
  ...(group === undefined ? {} : { group }),
  ...more,
});
const node = (id: string, cpu: number, labels: Record<string, string> = {}, more = {}) => ({
  id,
  capacity: { cpu },
  labels,
  ...more,
});

describe('groups at their edges', () => {
  it('a group of one member keeps all rules by itself', async () => {
    const rules = { maxPerNode: 1, maxPer: [{ label: 'zone', count: 1 }], together: 'zone', gang: true };
    const { plan } = await placed({
      tasks: [task('a', 'g')],
      nodes: [node('x', 1, { zone: 'p' }, { speed: 1 }), node('y', 1, { zone: 'q' }, { speed: 2 })],
      groups: { g: { ...rules, spread: { label: 'zone' } } },
    });
    expect(plan).toEqual(['a@y×1']);
  });

  it('a group without members asks nothing of anyone, not even of groups apart from it', async () => {
    const { plan } = await placed({
      tasks: [task('a', 'g'), task('b', 'g')],
      nodes: [node('x', 2)],
      groups: { empty: { gang: true, together: 'zone', maxPerNode: 1, apartFrom: ['g'] }, g: { apartFrom: ['empty'] } },
    });
    expect(plan).toEqual(['a@x×1', 'b@x×1']);
  });

  it('a gang too large leaves its room to others', async () => {
    const { plan, unplaced } = await placed({
      tasks: [task('a', 'g', { count: 5, priority: 9 }), task('b', undefined, { count: 4 })],
      nodes: [node('x', 2), node('y', 2)],
      groups: { g: { gang: true } },
    });
    expect([plan, unplaced]).toEqual([['b@x×2', 'b@y×2'], 5]);
  });

  it('a gang with a member that may run nowhere is not placed; one that needs fewer is', async () => {
    const raw = (gang: boolean | number): WindowInput => ({
      tasks: [task('a', 'g', { count: 2 }), task('b', 'g', { requires: { zone: 'nowhere' } })],
      nodes: [node('x', 4)],
      groups: { g: { gang } },
    });
    expect((await placed(raw(true))).plan).toEqual([]);
    expect((await placed(raw(3))).plan).toEqual([]);
    expect((await placed(raw(2))).plan).toEqual(['a@x×2']);
  });

  it('a chain of groups apart needs no more nodes than two', async () => {
    const names = Array.from({ length: 8 }, (_, k) => `g${k}`);
    const { unplaced, plan } = await placed({
      tasks: names.map((name) => task(name, name, { count: 2 })),
      nodes: [node('x', 8), node('y', 8)],
      groups: Object.fromEntries(names.map((name, k) => [name, k === 0 ? {} : { apartFrom: [names[k - 1]!] }])),
    });
    expect(unplaced).toBe(0);
    names.forEach((name, k) => {
      expect(plan.filter((line) => line.startsWith(`${name}@`)).length).toBe(1);
      if (k > 1)
        expect(plan.find((line) => line.startsWith(`${name}@`))!.at(3)).toBe(
          plan.find((line) => line.startsWith(`${names[k - 2]}@`))!.at(3),
        );
    });
  });

  it('three groups apart from each other leave one out on two nodes', async () => {
    const { unplaced } = await placed({
      tasks: ['a', 'b', 'c'].map((name) => task(name, name, { count: 3 })),
      nodes: [node('x', 9), node('y', 9)],
      groups: { a: { apartFrom: ['b', 'c'] }, b: { apartFrom: ['c'] }, c: {} },
    });
    expect(unplaced).toBe(3);
  });

  it('a spread over a label that one node has is over one value', async () => {
    const { plan, unplaced } = await placed({
      tasks: [task('a', 'g', { count: 5 })],
      nodes: [node('x', 3, { rack: 'r' }), node('y', 9)],
      groups: { g: { spread: { label: 'rack' } } },
    });
    expect([plan, unplaced]).toEqual([['a@x×3'], 2]);
  });

  it('a spread over a label that no node has leaves everything out, many copies too', async () => {
    const { plan, unplaced } = await placed({
      tasks: [task('a', 'g', { count: 2000 })],
      nodes: [node('x', 3, { zone: 'a' })],
      groups: { g: { spread: { label: 'rack' } } },
    });
    expect([plan, unplaced]).toEqual([[], 2000]);
  });

  it('a spread counts values where some member may run, empty ones too', async () => {
    const { unplaced } = await placed({
      tasks: [task('a', 'g', { count: 6, requires: { zone: ['p', 'q'] } }), task('b', 'g', { demand: { cpu: 9 } })],
      nodes: [
        node('x', 9, { zone: 'p' }),
        node('y', 1, { zone: 'q' }),
        node('z', 9, { zone: 'r' }, { drain: true }),
        node('w', 1, { zone: 's' }),
      ],
      groups: { g: { spread: { label: 'zone', maxSkew: 2 } } },
    });
    // 1 at q, 3 at p; b would need all of x
    expect(unplaced).toBe(3);
  });

  it('a limit of 0 copies at every value keeps the group out', async () => {
    const { plan, unplaced } = await placed({
      tasks: [task('a', 'g', { count: 2 }), task('b')],
      nodes: [node('x', 3, { zone: 'p' })],
      groups: { g: { maxPer: [{ label: 'zone', count: 0 }] } },
    });
    expect([plan, unplaced]).toEqual([['b@x×1'], 2]);
  });

  it('labels `node` and `kind` tell copies and kinds apart', async () => {
    const nodes = [{ id: 'x', capacity: { cpu: 2 }, count: 3, kind: 'small' }, node('y', 3, {}, { kind: 'large' })];
    const together = await placed({
      tasks: [task('a', 'g', { count: 3 })],
      nodes,
      groups: { g: { together: 'node' } },
    });
    expect(together.plan).toEqual(['a@y×3']);
    const spread = await placed({
      tasks: [task('a', 'g', { count: 4 })],
      nodes,
      groups: { g: { spread: { label: 'node' } } },
    });
    expect(spread.plan).toEqual(['a@x#0×1', 'a@x#1×1', 'a@x#2×1', 'a@y×1']);
    const kinds = await placed({
      tasks: [task('a', 'g', { count: 6 })],
      nodes,
      groups: { g: { maxPer: [{ label: 'kind', count: 2 }] } },
    });
    expect(kinds.unplaced).toBe(2);
    const per = await placed({
      tasks: [task('a', 'g', { count: 9 })],
      nodes,
      groups: { g: { maxPer: [{ label: 'node', count: 1 }] } },
    });
    expect(per.unplaced).toBe(5);
  });

  it('all rules at once', async () => {
    const { plan } = await placed({
      tasks: [task('a', 'g', { count: 4 }), task('b', 'h', { count: 2 })],
      nodes: ['p', 'q'].flatMap((zone) =>
        [0, 1, 2].map((k) => node(`${zone}${k}`, 4, { zone, region: 'eu' }, { openCost: 1 })),
      ),
      groups: {
        g: {
          maxPerNode: 1,
          maxPer: [{ label: 'zone', count: 2 }],
          spread: { label: 'zone' },
          together: 'region',
          apartFrom: ['h'],
          gang: 4,
        },
        h: { gang: true },
      },
    });
    expect(plan.length).toBe(5);
  });
});

describe('many copies', () => {
  const MANY = 1_000_000;
  it.each<[string, NonNullable<WindowInput['groups']>[string], number]>([
    ['maxPerNode', { maxPerNode: 300_000 }, 100_000],
    ['maxPer', { maxPer: [{ label: 'zone', count: 450_000 }] }, 150_000],
    ['spread', { spread: { label: 'zone' } }, 199_999],
    ['spread by node', { spread: { label: 'node', maxSkew: 7 } }, 0],
    ['together', { together: 'zone' }, 200_000],
    ['gang', { gang: true }, 0],
    ['gang of some', { gang: MANY - 1 }, 0],
  ])('%s', async (_, rules, unplaced) => {
    const answer = await answered({
      tasks: [task('a', 'g', { count: MANY })],
      nodes: [node('x', 400_000, { zone: 'p' }), node('y', 400_000, { zone: 'p' }), node('z', 400_000, { zone: 'q' })],
      groups: { g: rules },
    });
    expect([answer.status, answer.summary.unplaced]).toEqual(['optimal', unplaced]);
  });

  it('apart', async () => {
    const { unplaced } = await placed({
      tasks: [task('a', 'g', { count: MANY }), task('b', 'h', { count: MANY })],
      nodes: [node('x', MANY), node('y', MANY / 2), node('z', MANY)],
      groups: { g: { apartFrom: ['h'] }, h: {} },
    });
    expect(unplaced).toBe(0);
  });

  it('in a divisible window with limits and opening costs', async () => {
    const { cost, unplaced } = await placed({
      mode: 'divisible',
      tasks: [task('a', 'g', { count: MANY, demand: { cpu: 0.3 } })],
      nodes: [1, 2, 3, 4].map((k) => node(`n${k}`, 200_000, { zone: `z${k % 2}` }, { openCost: 1e5 * k, speed: k })),
      groups: { g: { maxPerNode: 333_333, maxPer: [{ label: 'zone', count: 600_000 }] } },
    });
    expect(unplaced).toBe(0);
    expect(cost).toBeGreaterThan(0);
  });
});

describe('costs and moves at their edges', () => {
  it('a task that demands nothing still opens a node', async () => {
    const raw = (openCost: number, open: boolean): WindowInput => ({
      tasks: [{ id: 'a', demand: {}, count: 3, duration: 2 }],
      nodes: [
        { id: 'x', capacity: {}, openCost, open },
        { id: 'y', capacity: {}, speed: 0.5 },
      ],
    });
    expect(await placed(raw(5, false))).toEqual({ plan: ['a@x×3'], unplaced: 0, cost: 11 });
    expect(await placed(raw(7, false))).toEqual({ plan: ['a@y×3'], unplaced: 0, cost: 12 });
    expect(await placed(raw(7, true))).toEqual({ plan: ['a@x×3'], unplaced: 0, cost: 6 });
  });

  it('consolidates onto the cheapest set of nodes', async () => {
    const { plan, cost } = await placed({
      tasks: [1, 2, 3, 4].map((k) => task(`t${k}`, undefined, { current: `n${k}`, demand: { cpu: 2 } })),
      nodes: [1, 2, 3, 4].map((k) => node(`n${k}`, 4, {}, { openCost: 10 * k })),
    });
    expect([plan.map((line) => line.slice(3)), cost]).toEqual([['n1×1', 'n1×1', 'n2×1', 'n2×1'], 34]);
  });

  it('a drained node keeps its pinned tasks and pays for them', async () => {
    const { plan, cost } = await placed({
      tasks: [task('a', undefined, { current: 'x', pinned: true }), task('b', undefined, { current: 'x' })],
      nodes: [node('x', 4, {}, { drain: true, openCost: 3 }), node('y', 4, {}, { openCost: 2 })],
    });
    expect([plan, cost]).toEqual([['a@x×1', 'b@y×1'], 7]);
  });

  it('without moves left, running tasks stay or stay unplaced', async () => {
    const { plan, unplaced } = await placed({
      tasks: [
        task('a', undefined, { current: 'x' }),
        task('b', undefined, { current: 'drained' }),
        task('c', undefined, { current: 'gone' }),
      ],
      nodes: [node('x', 2), node('y', 2, {}, { speed: 9 }), node('drained', 2, {}, { drain: true })],
      maxMoves: 0,
    });
    expect([plan, unplaced]).toEqual([['a@x×1', 'c@y×1'], 1]);
  });

  it('a move costs what it costs, from the copy where the task runs', async () => {
    const nodes = [{ id: 'x', capacity: { cpu: 1 }, count: 2 }];
    const raw = (moveCost: number): WindowInput => ({
      tasks: [task('a', undefined, { current: 'x#1', moveCost })],
      nodes: [...nodes, node('y', 1, {}, { speed: 2 })],
    });
    expect(await placed(raw(1))).toEqual({ plan: ['a@x#1×1'], unplaced: 0, cost: 1 });
    expect(await placed(raw(0.25))).toEqual({ plan: ['a@y×1'], unplaced: 0, cost: 0.75 });
  });

  it('some copies of an entry move, others stay', async () => {
    const answer = await answered({
      tasks: [task('a', undefined, { current: 'x', count: 5 })],
      nodes: [node('x', 5), node('y', 5, {}, { speed: 2 })],
      maxMoves: 2,
    });
    expect([answer.status, answer.objective, answer.summary.moves]).toEqual(['optimal', 4, 2]);
  });

  // with 1e11 in its costs an engine's tolerance is worth more than all the rest
  it.each([4, 10])('a node that nobody would open, whatever it costs, makes no proof false: seed %i', async (seed) => {
    let state = seed * 977;
    const draw = (below: number) => {
      state = (state * 1664525 + 1013904223) % 2 ** 32;
      return Math.floor((below * state) / 2 ** 32);
    };
    const tasks = Array.from({ length: 12 }, (_, i) => ({
      id: `c${i}`,
      demand: { cpu: 3 + draw(5) },
      requires: { k: 'p' },
      on: Object.fromEntries(['p', 'q', 'r'].map((id) => [id, { duration: 1 + draw(9) }])),
    }));
    const raw: WindowInput = {
      tasks: [
        { id: 'a', count: 3, demand: { cpu: 2 }, requires: { k: 'x' } },
        { id: 'b', count: 3, demand: { cpu: 1e-9 }, requires: { k: 'x' } },
        ...tasks,
      ],
      nodes: [node('x', 6, { k: 'x' }), ...['p', 'q', 'r'].map((id) => node(id, 22, { k: 'p' }))],
    };
    const without = await answered(raw);
    const dear = await answered({ ...raw, nodes: [...raw.nodes, node('y', 6, { k: 'x' }, { openCost: 1e11 })] });
    expect([dear.status, dear.objective]).toEqual(['optimal', without.objective]);
  });
});
