import { describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import { type Assignment, assignmentOf, compareScores, scoreOf } from '../dist/model/assignment.js';
import { buildInstance, type Instance, totalCopies } from '../dist/model/instance.js';
import { verify } from '../dist/model/verifier.js';
import type { WindowInput } from '../dist/model/window.js';
import { planOf } from '../dist/solver/answer-lines.js';
import { newBoard, newPlacesBoard, post, postsOn, read } from '../dist/solver/board.js';
import { now } from '../dist/solver/budget.js';
import { crossover } from '../dist/solver/search/crossover.js';
import { Packing } from '../dist/solver/search/packing.js';
import { type SearchJob, search } from '../dist/solver/search/search.js';
import { assignmentAt, placesOf } from '../dist/solver/search/units.js';
import { exhaustive } from './support/exhaustive.ts';
import { randomWindow } from './support/random-window.ts';
import { ready } from './support/windows.ts';

const firstFit = (instance: Instance): Assignment => HEURISTICS.get('first-fit')!.place(instance)!.assignment;
const nothing = (instance: Instance): Assignment => assignmentOf(instance, []);

/** What the search makes of a start in so many strides; the start when it posts nothing. */
function searched(instance: Instance, start: Assignment, options: Partial<SearchJob> = {}): Assignment {
  const { window: _, nodes, ...numbers } = instance;
  const board = newPlacesBoard(totalCopies(instance));
  search({
    instance: { ...numbers, nodes: { ...nodes, representative: [] } },
    start,
    prices: new Float64Array(nodes.classes * instance.width),
    settled: false,
    seed: 1,
    deadline: Number.POSITIVE_INFINITY,
    strides: 400,
    board,
    stop: new Int32Array(new SharedArrayBuffer(4)),
    ...options,
  });
  const posted = read(board);
  return posted ? assignmentAt(instance, posted.x) : start;
}

const windowOf = (seed: number, most: object): WindowInput => ({ ...randomWindow(seed, most), unplaced: 'allow' });

describe('the search', () => {
  it('is never worse than its start, and feasible: 60 windows from empty to over-full', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const window = ready(windowOf(seed, { mostTasks: 40, mostNodes: 12, mostCopies: 4 }));
      const instance = buildInstance(window);
      const start = firstFit(instance);
      const found = searched(instance, start, { seed, strides: 10 });
      expect(compareScores(scoreOf(instance, found), scoreOf(instance, start))).toBeLessThanOrEqual(0);
      const { breaches } = verify(window, planOf(instance, found));
      expect(breaches).toEqual([]);
    }
  });

  it('finds the optimum of small windows from nothing, tier by tier: 100 windows against exhaustive search', () => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= 100; seed++) {
      const window = ready(windowOf(seed, {}));
      const instance = buildInstance(window);
      const { unplaced, cost } = scoreOf(instance, searched(instance, nothing(instance)));
      const best = exhaustive(window);
      const same = unplaced.join() === best.unplaced.join() && Math.abs(cost - best.cost) <= 1e-6 * best.cost;
      if (!same) wrong.push(`seed ${seed}: ${unplaced} at ${cost}, best is ${best.unplaced} at ${best.cost}`);
    }
    expect(wrong).toEqual([]);
  });

  it('exchanges copies within their tiers where no fewer can be left out: the optimum of small over-full windows', () => {
    const wrong: string[] = [];
    let improvable = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const window = ready(windowOf(seed, { mostTasks: 8 }));
      const instance = buildInstance(window);
      const best = exhaustive(window);
      const right = [...HEURISTICS.values()]
        .map((heuristic) => heuristic.place(instance)!.assignment)
        .filter((placed) => scoreOf(instance, placed).unplaced.join() === best.unplaced.join());
      const [start] = right.sort((a, b) => scoreOf(instance, b).cost - scoreOf(instance, a).cost);
      if (!start || scoreOf(instance, start).cost <= best.cost * (1 + 1e-6)) continue;
      if (best.unplaced.every((copies) => copies === 0)) continue;
      improvable++;
      const { unplaced, cost } = scoreOf(instance, searched(instance, start, { settled: true }));
      if (unplaced.join() !== best.unplaced.join() || Math.abs(cost - best.cost) > 1e-6 * best.cost)
        wrong.push(`seed ${seed}: ${unplaced} at ${cost}, best is ${best.unplaced} at ${best.cost}`);
    }
    expect(improvable).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });

  it('is deterministic to the byte when it counts strides, and differs by seed', () => {
    const instance = buildInstance(ready(clusterWindow({ tasks: 80, nodes: 16, kinds: 4, load: 0.9, seed: 1 })));
    const start = firstFit(instance);
    const places = (seed: number) => [...placesOf(instance, searched(instance, start, { seed, strides: 3 }))];
    expect(places(1)).toEqual(places(1));
    expect(places(2)).not.toEqual(places(1));
  });

  it('admits copies that the start left out: all of a window at load 0.95 that first-fit does not place', () => {
    const instance = buildInstance(ready(clusterWindow({ tasks: 100, nodes: 20, kinds: 4, load: 0.95, seed: 1 })));
    const start = firstFit(instance);
    expect(scoreOf(instance, start).unplaced[0]).toBeGreaterThan(0);
    expect(scoreOf(instance, searched(instance, start, { strides: 400 })).unplaced[0]).toBe(0);
  });

  it('leaves out no copy of an earlier tier for any number of a later one', () => {
    // the node holds one large task or two small ones
    const [large, small] = [{ cpu: 4 }, { cpu: 2 }];
    const tasks = Array.from({ length: 12 }, (_, i) => [
      { id: `large${i}`, demand: large, priority: 1 },
      { id: `small${i}`, demand: small, count: 2 },
    ]).flat();
    const nodes = Array.from({ length: 10 }, (_, j) => ({ id: `n${j}`, capacity: { cpu: 4 }, speed: 1 + j / 10 }));
    const instance = buildInstance(ready({ tasks, nodes }));
    const smallFirst = assignmentOf(
      instance,
      firstFit(instance).placements.filter(({ task }) => instance.tier[task] === 1),
    );
    expect([...scoreOf(instance, searched(instance, smallFirst)).unplaced]).toEqual([2, 24]);
  });

  it('packs many copies on nodes of few kinds: 2,000 copies on 100 nodes, all placed', () => {
    const window = clusterWindow({ tasks: 20, nodes: 100, kinds: 4, load: 0.9, seed: 3, noise: 'kind' });
    for (const task of window.tasks as { count?: number; demand: Record<string, number> }[]) {
      task.count = 100;
      for (const k of Object.keys(task.demand)) task.demand[k]! /= 100;
    }
    const instance = buildInstance(ready(window));
    const found = searched(instance, nothing(instance), { strides: 1000 });
    expect(scoreOf(instance, found).unplaced[0]).toBe(0);
    expect(verify(ready(window), planOf(instance, found)).breaches).toEqual([]);
  });

  it('goes on from a better assignment that another thread has posted', () => {
    const instance = buildInstance(ready(clusterWindow({ tasks: 60, nodes: 15, kinds: 4, load: 0.9, seed: 2 })));
    const start = firstFit(instance);
    const better = searched(instance, start, { strides: 200 });
    const other = newPlacesBoard(totalCopies(instance));
    post(other, placesOf(instance, better), scoreOf(instance, better).cost, null);
    const found = searched(instance, start, {
      seed: 2,
      others: [other],
      deadline: now() + 50,
      strides: Number.POSITIVE_INFINITY,
    });
    expect(compareScores(scoreOf(instance, found), scoreOf(instance, better))).toBeLessThanOrEqual(0);
  });

  it('stops when it is told to, with what it was given', () => {
    const instance = buildInstance(ready(clusterWindow({ tasks: 40, nodes: 10, kinds: 2, load: 0.8, seed: 2 })));
    const stop = new Int32Array(new SharedArrayBuffer(4)).fill(1);
    const start = firstFit(instance);
    expect(searched(instance, start, { stop })).toBe(start);
  });
});

describe('boards', () => {
  it.each([
    ['of points', () => newBoard(3), [0.5, -1, 2]],
    ['of places', () => newPlacesBoard(3), [5, -1, 2]],
  ])('%s give back what was posted last', (_, board, x) => {
    const shared = board();
    expect(read(shared)).toBeNull();
    post(shared, [0, 0, 0], 9, null);
    post(shared, [1, 1, 1], 8, 1);
    post(shared, x, 7, 2.5);
    expect({ ...read(shared)!, x: [...read(shared)!.x] }).toEqual({ x, objective: 7, bound: 2.5 });
    expect(postsOn(shared)).toBe(3);
  });
});

describe('the crossover of two assignments', () => {
  const instance = buildInstance(ready(clusterWindow({ tasks: 120, nodes: 40, kinds: 8, load: 0.6, seed: 5 })));
  const packingOf = (start: Assignment) => new Packing(instance, start, new Float64Array(instance.tasks));
  const start = firstFit(instance);
  const cost = (places: Int32Array) => scoreOf(instance, assignmentAt(instance, places)).cost;

  it('is feasible and no dearer than either, whatever they have in common', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const strides = 1 + (seed % 3);
      const one = searched(instance, start, { seed, strides });
      const other = placesOf(instance, searched(instance, seed % 2 ? start : one, { seed: seed + 100, strides }));
      const child = crossover(packingOf(one), other);
      const { breaches } = verify(instance.window, planOf(instance, assignmentAt(instance, child)));
      expect(breaches).toEqual([]);
      expect(cost(child)).toBeLessThanOrEqual(Math.min(scoreOf(instance, one).cost, cost(other)) * (1 + 1e-12));
    }
  });

  it('keeps what is better in each', () => {
    const base = placesOf(instance, start);
    const packing = packingOf(assignmentAt(instance, base));
    // shifts of single units to other nodes with room, one that gains and one that loses, between nodes of their own
    const shifts: { unit: number; copy: number; gain: number }[] = [];
    const { nodes, pairs, width } = instance;
    for (let unit = 0; unit < base.length; unit++) {
      for (let copy = 0; copy < nodes.copies; copy++) {
        const pair = packing.table.at(unit, nodes.classOf[copy]!);
        const fits = (k: number) =>
          packing.load[copy * width + k]! + pairs.demand[pairs.row[pair]! * width + k]! <=
          packing.limit[copy * width + k]!;
        if (copy === base[unit] || !fits(0) || !fits(1)) continue;
        shifts.push({ unit, copy, gain: packing.cost[unit]! - pairs.cost[pair]! });
      }
    }
    const bad = shifts.find(({ gain }) => gain < 0)!;
    const apart = ({ unit, copy }: { unit: number; copy: number }) =>
      new Set([base[unit], copy, base[bad.unit], bad.copy]).size === 4;
    const good = shifts.filter(apart).reduce((best, shift) => (shift.gain > best.gain ? shift : best));
    const other = base.slice();
    other[bad.unit] = bad.copy;
    other[good.unit] = good.copy;
    const child = crossover(packing, other);
    expect(child[bad.unit]).toBe(base[bad.unit]);
    expect(good.gain).toBeGreaterThan(0);
    expect(child[good.unit]).toBe(good.copy);
  });
});
