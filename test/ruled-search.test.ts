import { describe, expect, it } from 'vitest';
import { ruledCluster, runningCluster } from '../bench/generate-rules.mjs';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import { type Assignment, assignmentOf, compareScores, openedCost, scoreOf } from '../dist/model/assignment.js';
import { costDual } from '../dist/model/dual.js';
import { buildInstance, type Instance, isPlain, pairAt, totalCopies } from '../dist/model/instance.js';
import { verify } from '../dist/model/verifier.js';
import type { Window, WindowInput } from '../dist/model/window.js';
import { planOf } from '../dist/solver/answer-lines.js';
import { newPlacesBoard, read } from '../dist/solver/board.js';
import { lagrangianBound } from '../dist/solver/bound/lagrangian.js';
import { ofSteps } from '../dist/solver/budget.js';
import { Layout } from '../dist/solver/search/ruled/layout.js';
import { descendRuled, searchRuled } from '../dist/solver/search/ruled/ruled-search.js';
import { assignmentAt, placesOf } from '../dist/solver/search/units.js';
import { exhaustive } from './support/exhaustive.ts';
import type { RandomWindowOptions } from './support/random-window.ts';
import { ruledWindow } from './support/ruled-window.ts';
import { ready } from './support/windows.ts';

const firstFit = (instance: Instance): Assignment => HEURISTICS.get('first-fit')!.place(instance)!.assignment;
const nothing = (instance: Instance): Assignment => assignmentOf(instance, []);

/** What the search makes of a start in so many strides; the start when it posts nothing. */
function searched(instance: Instance, start: Assignment, strides: number, seed = 1, stopped = 0): Assignment {
  const { window: _, nodes, ...numbers } = instance;
  const board = newPlacesBoard(totalCopies(instance));
  searchRuled({
    instance: { ...numbers, nodes: { ...nodes, representative: [] } },
    start,
    prices: new Float64Array(nodes.classes * instance.width),
    settled: false,
    seed,
    deadline: Number.POSITIVE_INFINITY,
    strides,
    board,
    stop: new Int32Array(new SharedArrayBuffer(4)).fill(stopped),
  });
  const posted = read(board);
  return posted ? assignmentAt(instance, posted.x) : start;
}

/** A random window with side rules or opening costs, unplaced copies allowed; null when it has none. */
function ruledInstance(seed: number, options: RandomWindowOptions = {}): Instance | null {
  const instance = buildInstance(ready({ ...ruledWindow(seed, options), unplaced: 'allow' } as WindowInput));
  return isPlain(instance) ? null : instance;
}

/** Fewest nodes whose capacities together are no less than all demands, by counts of each kind. */
function leastNodes({ tasks, nodes }: Window): number {
  const sum = (of: readonly Record<string, number>[], k: string) =>
    of.reduce((total, each) => total + (each[k] ?? 0), 0);
  const demand = tasks.map((task) => task.demand);
  const kinds = new Map(nodes.map(({ kind }) => [kind, nodes.filter((node) => node.kind === kind)]));
  let open: { nodes: number; cpu: number; memory: number }[] = [{ nodes: 0, cpu: 0, memory: 0 }];
  for (const some of kinds.values()) {
    const { cpu = 0, memory = 0 } = some[0]!.capacity;
    open = open.flatMap((so) =>
      Array.from({ length: some.length + 1 }, (_, n) => ({
        nodes: so.nodes + n,
        cpu: so.cpu + n * cpu,
        memory: so.memory + n * memory,
      })),
    );
  }
  const enough = open.filter(({ cpu, memory }) => cpu >= sum(demand, 'cpu') && memory >= sum(demand, 'memory'));
  return Math.min(...enough.map((so) => so.nodes));
}

describe('the search for windows with side rules and opening costs', () => {
  it('finds the optimum of at least 295 of 300 small windows from nothing, always feasible: against exhaustive search', () => {
    const wrong: string[] = [];
    for (let seed = 1, tried = 0; tried < 300; seed++) {
      const instance = ruledInstance(seed);
      if (!instance) continue;
      tried++;
      const found = searched(instance, nothing(instance), 12);
      const { unplaced, cost } = scoreOf(instance, found);
      const best = exhaustive(instance.window);
      const same = unplaced.join() === best.unplaced.join() && Math.abs(cost - best.cost) <= 1e-6 * best.cost;
      if (!same) wrong.push(`seed ${seed}: ${unplaced} at ${cost}, best is ${best.unplaced} at ${best.cost}`);
      expect(verify(instance.window, planOf(instance, found)).breaches).toEqual([]);
    }
    expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(5);
  });

  it('is never worse than its start, and feasible: 80 windows from empty to over-full', () => {
    for (let seed = 1; seed <= 80; seed++) {
      const instance = ruledInstance(seed, { mostTasks: 40, mostNodes: 12, mostCopies: 4 });
      if (!instance) continue;
      const start = firstFit(instance);
      const found = searched(instance, start, 5, seed);
      expect(compareScores(scoreOf(instance, found), scoreOf(instance, start))).toBeLessThanOrEqual(0);
      expect(verify(instance.window, planOf(instance, found)).breaches).toEqual([]);
    }
  });

  it('is deterministic to the byte when it counts strides, and differs by seed', () => {
    const instance = buildInstance(ready(ruledCluster({ tasks: 80, nodes: 16, load: 0.8, seed: 1, open: 1 })));
    const start = firstFit(instance);
    const places = (seed: number) => [...placesOf(instance, searched(instance, start, 5, seed))];
    expect(places(1)).toEqual(places(1));
    expect(places(2)).not.toEqual(places(1));
  });

  it('empties nodes of a running cluster: more than first-fit with every task placed anew', () => {
    const instance = buildInstance(ready(runningCluster({ tasks: 100, nodes: 20, load: 0.55, seed: 1 })));
    const opened = (assignment: Assignment) => openedCost(instance, assignment.placements);
    const start = firstFit(instance);
    const found = searched(instance, start, 200);
    expect(scoreOf(instance, found).unplaced[0]).toBe(0);
    expect(opened(found)).toBeLessThan(opened(start));
  });

  /** A running cluster whose nodes all cost the same: the least cost frees the most. */
  const equalCluster = (options: Omit<Parameters<typeof runningCluster>[0], 'load'>) => {
    const cluster = runningCluster({ ...options, load: 0.55 });
    return ready({ ...cluster, nodes: cluster.nodes.map((node) => ({ ...node, openCost: 20 })) });
  };

  it('leaves as few nodes of a running cluster on as hold the demand, where all cost the same: one of two searches', () => {
    for (const seed of [1, 2, 3, 4]) {
      const window = equalCluster({ tasks: 150, nodes: 24, seed });
      const instance = buildInstance(window);
      const found = [1, 2].map((drawn) => searched(instance, firstFit(instance), 600, drawn));
      for (const one of found) expect(scoreOf(instance, one).unplaced[0]).toBe(0);
      const on = found.map((one) => openedCost(instance, one.placements) / 20);
      expect(Math.min(...on), `seed ${seed}`).toBe(leastNodes(window));
    }
  });

  it('empties as many from a start that keeps few on: what a unit pays for staying out does not hang on the start', () => {
    for (const seed of [2, 3, 4]) {
      const window = equalCluster({ tasks: 300, nodes: 60, seed });
      const instance = buildInstance(window);
      const none = new Float64Array(instance.free.length);
      const dual = costDual(instance, new Float64Array(instance.tasks));
      const { prices } = lagrangianBound(instance, dual, none, 1000, ofSteps(300));
      const { assignment } = HEURISTICS.get('price-greedy')!.place(instance, { prices })!;
      const start = descendRuled(instance, assignment, prices, 1, 8, ofSteps(100));
      expect(openedCost(instance, start.placements) / 20).toBeLessThanOrEqual(28);
      const found = searched(instance, start, 700);
      expect(openedCost(instance, found.placements) / 20, `seed ${seed}`).toBeLessThanOrEqual(leastNodes(window) + 1);
    }
  });

  it('takes over a layout that was made elsewhere', () => {
    for (const window of [
      runningCluster({ tasks: 60, nodes: 12, load: 0.55, seed: 3 }),
      ruledCluster({ tasks: 60, nodes: 12, load: 1.1, seed: 3, open: 1 }),
    ]) {
      const instance = buildInstance(ready(window));
      const found = searched(instance, firstFit(instance), 60);
      const layout = new Layout(instance, firstFit(instance));
      layout.adopt(placesOf(instance, found));
      expect([...layout.best.at]).toEqual([...placesOf(instance, found)]);
      expect([...layout.at]).toEqual([...layout.best.at]);
      expect(layout.best.cost).toBeCloseTo(scoreOf(instance, found).cost, 6);
    }
  });

  it('moves a group that stays together as a whole', () => {
    const window: WindowInput = {
      objective: 'time',
      tasks: Array.from({ length: 4 }, (_, i) => ({ id: `t${i}`, demand: { cpu: 2 }, group: 'g' })),
      nodes: Array.from({ length: 4 }, (_, j) => ({
        id: `n${j}`,
        capacity: { cpu: 4 },
        labels: { rack: j < 2 ? 'slow' : 'fast' },
        speed: j < 2 ? 1 : 2,
      })),
      groups: { g: { together: 'rack', spread: { label: 'node', maxSkew: 2 } } },
    };
    const instance = buildInstance(ready(window));
    const slow = assignmentOf(
      instance,
      [0, 1, 2, 3].map((task) => ({ task, pair: pairAt(instance, task, task % 2), copy: task % 2, amount: 1 })),
    );
    expect(scoreOf(instance, slow).cost).toBe(4);
    expect(scoreOf(instance, searched(instance, slow, 5)).cost).toBe(2);
  });

  it('gives up one gang for another of an earlier tier', () => {
    const window: WindowInput = {
      tasks: [
        { id: 'late', demand: { cpu: 1 }, count: 3, group: 'late' },
        { id: 'early', demand: { cpu: 2 }, count: 2, priority: 1, group: 'early' },
      ],
      nodes: [{ id: 'n', capacity: { cpu: 4 } }],
      groups: { late: { gang: true }, early: { gang: true } },
    };
    const instance = buildInstance(ready(window));
    const late = assignmentOf(instance, [{ task: 0, pair: pairAt(instance, 0, 0), copy: 0, amount: 3 }]);
    expect([...scoreOf(instance, searched(instance, late, 5)).unplaced]).toEqual([0, 3]);
  });

  it('stops when it is told to, with what it was given', () => {
    const instance = buildInstance(ready(ruledCluster({ tasks: 40, nodes: 10, load: 0.8, seed: 2 })));
    const start = firstFit(instance);
    expect(searched(instance, start, 100, 1, 1)).toBe(start);
  });
});
