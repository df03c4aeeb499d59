import { afterAll, describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { type MovePlan, planMoves } from '../dist/model/moves.js';
import { random } from '../dist/model/random.js';
import { replay } from '../dist/model/replay.js';
import type { PlanLine } from '../dist/model/verifier.js';
import type { Window, WindowInput } from '../dist/model/window.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';
import { ruledWindow } from './support/ruled-window.ts';
import { ready } from './support/windows.ts';

const engines = new EnginePool({ warm: ['glpk', 'highs'] });
afterAll(() => engines.close());

interface Cluster {
  readonly window: Window;
  readonly plan: PlanLine[];
}

/** Tasks as `id: [size, from, to]` (to null: stopped), nodes by capacity. */
function cluster(tasks: Record<string, [number, string, string | null]>, nodes: Record<string, number>): Cluster {
  const window = ready({
    tasks: Object.entries(tasks).map(([id, [cpu, current]]) => ({ id, demand: { cpu }, current, preemptible: true })),
    nodes: Object.entries(nodes).map(([id, cpu]) => ({ id, capacity: { cpu } })),
  });
  const plan = Object.entries(tasks).flatMap(([task, [, , node]]) =>
    node === null ? [] : [{ task, node, copies: 1 }],
  );
  return { window, plan };
}

/** A running cluster and where each copy is to go, on nodes with little or nothing to spare. */
function randomCluster(seed: number): Cluster {
  const next = random(seed);
  const upTo = (n: number) => Math.floor(next() * n);
  const resources = ['cpu', 'memory'].slice(0, 1 + upTo(2));
  const names = ['n0', 'n1', 'n2', 'n3'].slice(0, 2 + upTo(3));
  const any = () => names[upTo(names.length)]!;
  const tasks = Array.from({ length: 2 + upTo(6) }, (_, i) => ({
    id: `t${i}`,
    demand: Object.fromEntries(resources.map((k) => [k, upTo(4)])),
    count: 1 + (next() < 0.3 ? upTo(3) : 0),
    current: any(),
    on: next() < 0.2 ? { [any()]: { demand: { cpu: 1 + upTo(3) } } } : {},
    preemptible: true,
  }));
  const plan: PlanLine[] = tasks.flatMap(({ id, count }) => {
    const at = new Map<string, number>();
    for (let copy = 0; copy < count; copy++) {
      const node = any();
      if (next() < 0.95) at.set(node, (at.get(node) ?? 0) + 1);
    }
    return [...at].map(([node, copies]) => ({ task: id, node, copies }));
  });
  // as much as the nodes hold before or after, and now and then a little more
  const held = (k: string, name: string, now: boolean) =>
    tasks.reduce((sum, { id, demand, current, on }) => {
      const lines = plan.filter(({ task }) => task === id);
      const copies = lines.reduce((all, line) => all + (now || line.node === name ? line.copies : 0), 0);
      const each = (on[name]?.demand as Record<string, number> | undefined)?.[k] ?? demand[k]!;
      return now && current !== name ? sum : sum + each * copies;
    }, 0);
  const nodes: WindowInput['nodes'] = names.map((id) => ({
    id,
    capacity: Object.fromEntries(
      resources.map((k) => [k, 2 + Math.max(held(k, id, true), held(k, id, false)) + (next() < 0.3 ? upTo(3) : 0)]),
    ),
    used: Object.fromEntries(resources.map((k) => [k, 2])),
  }));
  return { window: ready({ tasks, nodes }), plan };
}

/** Whether some order of single copies never overfills a node: every order is tried. */
function hasOrder({ window, plan }: Cluster): boolean {
  const at = window.nodes.map(({ id }) => id);
  const demand = (task: Window['tasks'][number], node: string) => ({ ...task.demand, ...task.on?.[node]?.demand });
  const moving = plan.flatMap((line) => {
    const task = window.tasks.find(({ id }) => id === line.task)!;
    return line.node === task.current ? [] : [{ task, to: line.node, copies: line.copies }];
  });
  const free = (left: readonly number[], node: string, k: string) => {
    const entry = window.nodes[at.indexOf(node)]!;
    let room = entry.capacity[k]! - (entry.used[k] ?? 0);
    for (const line of plan) {
      const task = window.tasks.find(({ id }) => id === line.task)!;
      if (line.node === node && task.current === node) room -= line.copies * demand(task, node)[k]!;
    }
    moving.forEach(({ task, to, copies }, m) => {
      if (to === node) room -= (copies - left[m]!) * demand(task, to)[k]!;
      if (task.current === node) room -= left[m]! * demand(task, node)[k]!;
    });
    return room;
  };
  const seen = new Set<string>();
  const search = (left: readonly number[]): boolean => {
    if (left.every((copies) => copies === 0)) return true;
    if (seen.has(left.join())) return false;
    seen.add(left.join());
    return moving.some(({ task, to }, m) => {
      const fits = Object.entries(demand(task, to)).every(([k, d]) => d === 0 || d <= free(left, to, k) + 1e-9);
      return left[m]! > 0 && fits && search(left.map((copies, other) => (other === m ? copies - 1 : copies)));
    });
  };
  return search(moving.map(({ copies }) => copies));
}

/** Moves with those of every knot taken by its detour, as far as there are any. */
function byDetours({ moves, knots }: MovePlan): MovePlan['moves'] {
  const replaced = new Set<string>();
  const key = ({ task, from, to }: MovePlan['moves'][number]) => JSON.stringify([task, from, to]);
  let steps = [...moves];
  for (const knot of knots) {
    const first = steps.findIndex((move) =>
      knot.moves.some((other) => key(other) === key(move) && other.copies === move.copies),
    );
    steps = [...steps.slice(0, first), ...(knot.detour ?? []), ...steps.slice(first + knot.moves.length)];
    for (const move of knot.moves) replaced.add(key(move));
  }
  return steps;
}

describe('moves', () => {
  it('are in order where there is an order, and proven to have none where there is not', () => {
    const found = { ordered: 0, knotted: 0, detours: 0 };
    for (let seed = 1; seed <= 6000; seed++) {
      const { window, plan } = randomCluster(seed);
      const result = planMoves(window, plan);
      const tell = `seed ${seed}`;
      expect([tell, result.movesOrdered]).toEqual([tell, hasOrder({ window, plan })]);
      expect(result.knots.every(({ proven }) => proven)).toBe(true);
      if (result.movesOrdered) expect([tell, replay(window, plan, result.moves)]).toEqual([tell, null]);
      else if (result.knots.every(({ detour }) => detour)) {
        found.detours++;
        expect([tell, replay(window, plan, byDetours(result))]).toEqual([tell, null]);
      }
      if (result.moves.length > 1) found[result.movesOrdered ? 'ordered' : 'knotted']++;
    }
    expect(found.ordered).toBeGreaterThan(1000);
    expect(found.knotted).toBeGreaterThan(300);
    expect(found.detours).toBeGreaterThan(30);
  });

  it('do not begin with whatever fits', () => {
    const { window, plan } = cluster({ c: [5, 'z', 'x'], a: [5, 'x', 'y'], b: [5, 'y', 'x'] }, { x: 10, y: 5, z: 5 });
    const { moves, movesOrdered } = planMoves(window, plan);
    expect([movesOrdered, moves.map(({ task }) => task)]).toEqual([true, ['b', 'a', 'c']]);
  });

  it('begin once what is stopped is gone', () => {
    const { window, plan } = cluster({ a: [5, 'x', 'y'], b: [5, 'y', null] }, { x: 5, y: 5 });
    expect(planMoves(window, plan)).toEqual({
      moves: [{ task: 'a', from: 'x', to: 'y', copies: 1 }],
      movesOrdered: true,
      knots: [],
      nodesFreed: ['x'],
    });
  });

  it('name the knot, and a way round it where a third node has room', () => {
    const swap: Record<string, [number, string, string]> = { a: [5, 'x', 'y'], b: [5, 'y', 'x'] };
    const tight = cluster(swap, { x: 5, y: 5, z: 4 });
    const knot = planMoves(tight.window, tight.plan);
    expect(knot).toMatchObject({
      movesOrdered: false,
      knots: [{ nodes: ['x', 'y'], proven: true, detour: null, moves: [{ task: 'a' }, { task: 'b' }] }],
    });
    const roomy = cluster(swap, { x: 5, y: 5, z: 5 });
    const [untied] = planMoves(roomy.window, roomy.plan).knots;
    expect(untied!.detour).toEqual([
      { task: 'a', from: 'x', to: 'z', copies: 1 },
      { task: 'b', from: 'y', to: 'x', copies: 1 },
      { task: 'a', from: 'z', to: 'y', copies: 1 },
    ]);
    expect(replay(roomy.window, roomy.plan, untied!.detour!)).toBe(null);
  });

  it('a replay refuses what overfills a node, is not there or ends elsewhere', () => {
    const { window, plan } = cluster({ a: [5, 'x', 'y'], b: [5, 'y', 'x'] }, { x: 5, y: 5, z: 5 });
    const move = (task: string, from: string, to: string, copies = 1) => ({ task, from, to, copies });
    expect(replay(window, plan, [move('a', 'x', 'y')])).toContain('10 of cpu, 5 free');
    expect(replay(window, plan, [move('a', 'z', 'y')])).toContain('not so many are there');
    expect(replay(window, plan, [move('a', 'x', 'z')])).toContain('elsewhere than planned');
    expect(replay(window, plan, [move('a', 'x', 'w')])).toContain('no such task or node');
  });

  it('many of them stay quick and in order', () => {
    const next = random(7);
    const names = Array.from({ length: 300 }, (_, j) => `n${j}`);
    const any = () => names[Math.floor(next() * names.length)]!;
    const tasks = Array.from({ length: 6000 }, (_, i) => [`t${i}`, [1, any(), any()]] as const);
    const { window, plan } = cluster(
      Object.fromEntries(tasks.map(([id, [size, from, to]]) => [id, [size, from, to]])),
      Object.fromEntries(names.map((id) => [id, 45])),
    );
    const { moves, movesOrdered } = planMoves(window, plan);
    expect(movesOrdered).toBe(true);
    expect(replay(window, plan, moves)).toBe(null);
  });
});

describe('answers to random windows of running tasks', () => {
  it('have moves that lead from what runs to what is planned', async () => {
    let moving = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const raw = ruledWindow(seed, { mode: seed % 3 === 0 ? 'divisible' : 'integral' });
      const nodes = raw.nodes.flatMap(({ id, count = 1 }) =>
        Array.from({ length: count }, (_, k) => (count > 1 ? `${id}#${k}` : id)),
      );
      const tasks = raw.tasks.map((task, i) => ({ current: nodes[(i * 7 + seed) % nodes.length]!, ...task }));
      const window = ready({ ...raw, tasks, unplaced: 'allow', work: 200 });
      const answer = await solve(window, { engines });
      const sum = answer.moves.reduce((copies, move) => copies + move.copies, 0);
      const tell = `seed ${seed}`;
      expect([tell, sum]).toEqual([tell, expect.closeTo(answer.summary.moves, 6)]);
      expect(answer.movesOrdered).toBe(answer.knots.length === 0);
      if (answer.movesOrdered) expect([tell, replay(window, answer.assignments, answer.moves)]).toEqual([tell, null]);
      const used = new Set(answer.assignments.map(({ node }) => node));
      for (const node of answer.nodesFreed) expect(used).not.toContain(node);
      if (sum > 0) moving++;
    }
    expect(moving).toBeGreaterThan(60);
  });

  it('free the nodes that are not worth keeping on, in order', async () => {
    const raw = clusterWindow({ tasks: 60, nodes: 12, kinds: 1, load: 0.5, seed: 3, noise: 'kind' });
    const window = ready({
      ...raw,
      tasks: raw.tasks.map((task, i) => ({ ...task, current: raw.nodes[i % 12]!.id, moveCost: 0.01 })),
      nodes: raw.nodes.map((node) => ({ ...node, openCost: 1e4 })),
      deadlineMs: 3000,
    });
    const answer = await solve(window, { engines });
    expect(answer.nodesFreed.length).toBe(12 - answer.summary.nodesUsed);
    expect(answer.nodesFreed.length).toBeGreaterThan(2);
    expect([answer.movesOrdered, replay(window, answer.assignments, answer.moves)]).toEqual([true, null]);
  });
});
