import { describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import { costDual, dualValue } from '../dist/model/dual.js';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { random } from '../dist/model/random.js';
import { rowsOfClasses, rowsOfKinds } from '../dist/solver/bound/capacity-rows.js';
import { maximise } from '../dist/solver/bound/newton.js';
import { SmoothedDual } from '../dist/solver/bound/smoothed-dual.js';
import { bestPairs } from '../dist/solver/candidates.js';
import { everyClass, folded, kindsOf, unfolded } from '../dist/solver/kinds.js';
import { slotsOf } from '../dist/solver/search/slots.js';
import { ready } from './support/windows.ts';

const cluster = (options: object): Instance =>
  buildInstance(ready(clusterWindow({ tasks: 60, nodes: 12, kinds: 4, load: 0.9, seed: 1, ...options })));

/** The smoothed dual over all pairs of an instance, `out` copies of its first tasks left out; prices near 1, some of them 0. */
function smoothed(instance: Instance, out: number) {
  const rows = rowsOfClasses(instance, instance.pairs.cost);
  const unplaced = instance.count.map((_, i) => (i < out ? 1 : 0));
  const objective = costDual(instance, unplaced);
  const zero = new Float64Array(rows.capacity.length);
  const dual = new SmoothedDual(rows, objective, bestPairs(rows, rows.cost, zero, Number.POSITIVE_INFINITY));
  const next = random(3);
  const prices = Float64Array.from({ length: dual.size }, () => Math.max(0, next() - 0.2));
  prices[rows.capacity.length] = 40; // of being left out
  return { dual, objective, prices };
}

describe('the smoothed dual', () => {
  it.each([0, 3])('has the gradient and the curvature of its value, %i copies left out', (out) => {
    const { dual, prices } = smoothed(cluster({ noise: 'node' }), out);
    const step = 1e-6;
    for (const temperature of [0.3, 3]) {
      const value = dual.expand(prices, temperature);
      expect(dual.value(prices, temperature)).toBeCloseTo(value, 8);
      const gradient = dual.gradient.slice();
      const direction = Float64Array.from(prices, (_, at) => Math.sin(at));
      const product = new Float64Array(dual.size);
      dual.curve(direction, product);
      const moved = prices.map((price, at) => price + step * direction[at]!);
      const slope = gradient.reduce((sum, g, at) => sum + g * direction[at]!, 0);
      expect((dual.value(moved, temperature) - value) / step).toBeCloseTo(slope, 1);
      dual.expand(moved, temperature);
      const scale = Math.max(...product.map(Math.abs));
      product.forEach((bend, at) => {
        expect(Math.abs((gradient[at]! - dual.gradient[at]!) / step - bend)).toBeLessThanOrEqual(1e-3 * scale);
      });
    }
  });

  it('is below the dual function, by no more than the temperature times the logarithm of the places', () => {
    const instance = cluster({ noise: 'node' });
    const { dual, objective, prices } = smoothed(instance, 0);
    const exact = dualValue(instance, objective, prices.slice(0, instance.nodes.classes * instance.width)).value;
    for (const temperature of [0.01, 0.1, 1]) {
      const value = dual.value(prices, temperature);
      expect(value).toBeLessThanOrEqual(exact + 1e-9);
      expect(value).toBeGreaterThanOrEqual(exact - temperature * instance.tasks * Math.log(12) - 1e-9);
    }
  });

  it('is maximised: no price can be moved to any good, but below 0', () => {
    const { dual, prices } = smoothed(cluster({ noise: 'node' }), 0);
    maximise(dual, prices, { from: 3, to: 0.5 }, () => true);
    dual.expand(prices, 0.5);
    dual.gradient.forEach((excess, at) => {
      if (dual.capacity[at] === 0) return;
      const relative = excess / dual.capacity[at]!;
      expect(relative).toBeLessThan(0.05);
      if (prices[at]! > 1e-3) expect(relative).toBeGreaterThan(-0.05);
    });
  });

  it('counts its passes, and ends when there are none left', () => {
    const { dual, prices } = smoothed(cluster({ noise: 'node' }), 0);
    let passes = 0;
    maximise(dual, prices, { from: 3, to: 1e-3 }, () => passes++ < 5);
    expect(passes).toBeLessThan(10);
    expect(prices.every((price) => price >= 0)).toBe(true);
  });
});

describe('kinds of node classes', () => {
  it('are classes that differ in capacity only', () => {
    const instance = cluster({ tasks: 400, nodes: 40, noise: 'kind', jitter: 0.1 });
    const { kinds, kindOf } = kindsOf(instance);
    expect(instance.nodes.classes).toBe(40);
    expect(kinds).toBeLessThan(20);
    const kindIds = new Map<number, string | undefined>();
    kindOf.forEach((kind, q) => {
      const { kind: id } = instance.nodes.representative[q]!.entry;
      if (kindIds.has(kind)) expect(kindIds.get(kind)).toBe(id);
      kindIds.set(kind, id);
    });
  });

  it('are not those whose capacity has other proportions', () => {
    const node = (id: string, cpu: number, memory: number) => ({ id, capacity: { cpu, memory } });
    const instance = buildInstance(
      ready({
        tasks: [{ id: 'a', demand: { cpu: 1, memory: 1 }, count: 12 }],
        nodes: [node('x', 10, 2), node('y', 2, 10), node('z', 11, 2.1)],
      }),
    );
    const { kindOf } = kindsOf(instance);
    expect(kindOf[0]).toBe(kindOf[2]);
    expect(kindOf[0]).not.toBe(kindOf[1]);
  });

  it('have the rows of their classes added up, and fold and unfold prices', () => {
    const instance = cluster({ tasks: 400, nodes: 30, noise: 'kind', jitter: 0.1 });
    const rows = rowsOfClasses(instance, instance.pairs.cost);
    const kinds = kindsOf(instance);
    const together = rowsOfKinds(rows, kinds);
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
    expect(sum(together.capacity)).toBeCloseTo(sum(rows.capacity), 6);
    expect(together.pairs.start.at(-1)).toBe(instance.tasks * kinds.kinds);
    const prices = Float64Array.from({ length: kinds.kinds * instance.width }, (_, at) => at);
    expect(folded(unfolded(prices, kinds, instance.width), kinds, instance.width)).toEqual(prices);
    expect(rowsOfKinds(rows, everyClass(instance.nodes.classes))).toBe(rows);
  });

  it('are the places of the search where their classes have one price and they have many nodes', () => {
    const instance = cluster({ tasks: 400, nodes: 40, noise: 'kind', jitter: 0.1 });
    const kinds = kindsOf(instance);
    const prices = new Float64Array(instance.nodes.classes * instance.width);
    const { group, memberStart, member } = slotsOf(instance, prices);
    expect(Math.max(...group)).toBeLessThan(memberStart.length - 1);
    expect(memberStart.at(-1)).toBe(40);
    expect([...member].sort((a, b) => a - b)).toEqual([...Array(40).keys()]);
    const alike = kinds.kindOf.findIndex((kind, q) => kinds.kindOf.indexOf(kind) < q);
    prices[alike * instance.width] = 1; // now one class of its kind is dearer
    expect(Math.max(...slotsOf(instance, prices).memberStart)).toBe(40);
    expect(slotsOf(instance, prices).memberStart.length).toBe(instance.nodes.classes + 1);
  });

  it('of few nodes give the search a place for each node', () => {
    const instance = cluster({ tasks: 60, nodes: 12, kinds: 4, noise: 'kind' });
    const prices = new Float64Array(instance.nodes.classes * instance.width);
    const { start, group, copy, record, stride } = slotsOf(instance, prices);
    for (let i = 0; i < instance.tasks; i++) {
      const nodes = copy.subarray(start[i], start[i + 1]);
      expect([...nodes].sort((a, b) => a - b)).toEqual([...Array(12).keys()]);
      for (let s = start[i]!; s < start[i + 1]!; s++) {
        const q = instance.nodes.classOf[copy[s]!]!;
        const pair = instance.pairs.node.indexOf(q, instance.pairs.start[i]);
        expect(record[s * stride + 1]).toBe(instance.pairs.cost[pair]);
        expect(group[s]).toBeLessThan(12);
        if (s > start[i]!) expect(record[s * stride]).toBeGreaterThanOrEqual(record[(s - 1) * stride]!);
      }
    }
  });
});
