import { describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import { assignmentOf } from '../dist/model/assignment.js';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { random } from '../dist/model/random.js';
import { Exchange } from '../dist/solver/search/exchange.js';
import { Packing } from '../dist/solver/search/packing.js';
import { slotsOf } from '../dist/solver/search/slots.js';
import { ready } from './support/windows.ts';

/** A packing at first-fit's assignment, and what exchanges there at prices of 0. */
function exchangesOf(instance: Instance, places: readonly number[] | null = null) {
  const zero = new Float64Array(instance.nodes.classes * instance.width);
  const slots = slotsOf(instance, zero);
  const start = HEURISTICS.get('first-fit')!.place(instance)!.assignment;
  const packing = new Packing(instance, places ? assignmentOf(instance, []) : start, slots.floor);
  places?.forEach((copy, unit) => {
    packing.enter(unit, copy);
  });
  const prices = new Float64Array(instance.nodes.copies * instance.width);
  return { packing, exchange: new Exchange(packing, slots, prices) };
}

/** The load of a node copy with a unit from elsewhere, which demands the same everywhere. */
const loadWith = ({ width, load, demand }: Packing, copy: number, unit: number) =>
  Float64Array.from({ length: width }, (_, k) => load[copy * width + k]! + demand[unit * width + k]!);

describe('an exchange of one unit for several', () => {
  const large = { id: 'large', demand: { cpu: 4 }, on: { far: { duration: 9 }, near: { duration: 1 } } };
  const small = (id: string, far: number) => ({
    id,
    demand: { cpu: 2 },
    on: { far: { duration: far }, near: { duration: 2 } },
  });
  const node = (id: string, cpu: number) => ({ id, capacity: { cpu } });
  const window = (far: number) =>
    buildInstance(
      ready({
        objective: 'time',
        tasks: [large, small('s1', 3), small('s2', 4), small('s3', 9)],
        nodes: [node('far', far), node('near', 6)],
      }),
    );

  it('has the cheapest small ones make room for a large one', () => {
    const { packing, exchange } = exchangesOf(window(4), [0, 1, 1, 1]);
    expect(exchange.find(1, loadWith(packing, 1, 0), 0)).toBeCloseTo(3, 12); // 3 − 2 and 4 − 2
    packing.take(0);
    exchange.take();
    exchange.enter(0);
    packing.enter(0, 1);
    expect([...packing.at]).toEqual([1, 0, 0, 1]);
    expect([...packing.load]).toEqual([4, 6]);
    expect(packing.placedCost).toBeCloseTo(1 + 3 + 4 + 2, 12);
  });

  it('is none where the hole takes too few of them', () => {
    const { packing, exchange } = exchangesOf(window(5), [0, 1, 1, 1]);
    packing.load[0]! += 2; // what is left there, 3, takes one
    expect(exchange.find(1, loadWith(packing, 1, 0), 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is for the hole of another unit, too, which began a chain', () => {
    const instance = buildInstance(
      ready({
        objective: 'time',
        tasks: [large, { ...large, id: 'other' }, small('s1', 3), small('s2', 4), small('s3', 9)],
        nodes: [node('far', 4), node('near', 6), node('third', 4)],
      }),
    );
    const { packing, exchange } = exchangesOf(instance, [0, 2, 1, 1, 1]);
    // "other" comes from the third node, to which "large" is to go: the hole is that of "large"
    expect(exchange.find(1, loadWith(packing, 1, 1), 0)).toBeCloseTo(3, 12);
    packing.take(0);
    exchange.take();
    exchange.enter(0);
    expect([...packing.at]).toEqual([-1, 2, 0, 0, 1]);
  });

  it('leaves no overload and costs what it says, wherever units of random windows are aimed at', () => {
    const next = random(1);
    let made = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const instance = buildInstance(
        ready(clusterWindow({ tasks: 60, nodes: 8, kinds: 8, load: 0.85, seed, lattice: 8 })),
      );
      const { packing, exchange } = exchangesOf(instance);
      for (let n = 0; n < 100; n++) {
        const unit = Math.floor(next() * packing.units);
        const to = Math.floor(next() * instance.nodes.copies);
        const hole = packing.at[unit]!;
        if (hole < 0 || to === hole) continue;
        const change = exchange.find(to, loadWith(packing, to, unit), unit);
        if (change === Number.POSITIVE_INFINITY) continue;
        const { placedCost } = packing;
        const cost = packing.cost[unit]!;
        packing.take(unit);
        exchange.take();
        exchange.enter(hole);
        packing.enter(unit, to);
        expect(packing.placedCost).toBeCloseTo(placedCost - cost + packing.cost[unit]! + change, 8);
        expect(packing.overloaded).toBe(0);
        made++;
      }
    }
    expect(made).toBeGreaterThan(100);
  });
});
