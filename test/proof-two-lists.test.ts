import { describe, expect, it } from 'vitest';
import { random } from '../dist/model/random.js';
import { Knapsack } from '../dist/solver/proof/knapsack.js';
import { SIDES, TwoLists } from '../dist/solver/proof/two-lists.js';

/** A core of random entries at random multipliers, some entries twins, and every set of it that fits, with its value. */
function coreOf(seed: number, entries: number, width: number) {
  const next = random(seed);
  const profit = new Float64Array(entries);
  const weight = new Float64Array(entries * width);
  for (let e = 0; e < entries; e++) {
    const twin = e > 0 && next() < 0.2;
    profit[e] = twin ? profit[e - 1]! : 5 + 10 * next();
    for (let k = 0; k < width; k++) weight[e * width + k] = twin ? weight[(e - 1) * width + k]! : 1 + 9 * next();
  }
  const room = Float64Array.from({ length: width }, () => (0.2 + 0.3 * next()) * 5.5 * entries);
  const multipliers = Float64Array.from({ length: width }, () => (next() < 0.2 ? 0 : (2 * next()) / width));
  const reduced = profit.map((p, e) => {
    for (let k = 0; k < width; k++) p -= multipliers[k]! * weight[e * width + k]!;
    return p;
  });
  let limit = 0;
  for (let k = 0; k < width; k++) limit += multipliers[k]! * room[k]!;
  for (const r of reduced) limit += Math.max(0, r);
  // some entries that equal the one before are copies of it, of which the first counts first
  const twin = new Uint8Array(entries);
  for (let e = 1; e < entries; e++) if (profit[e] === profit[e - 1] && next() < 0.5) twin[e] = 1;
  return { entries, profit, weight, reduced, room, multipliers, twin, limit };
}

/** The sets that fit and are worth more than a floor, by their entries. */
function setsAbove(
  { entries, profit, weight, room, twin }: ReturnType<typeof coreOf>,
  floor: number,
): Map<string, number> {
  const width = room.length;
  const found = new Map<string, number>();
  const left = Array.from(room);
  const isIn = new Uint8Array(entries);
  const look = (e: number, value: number) => {
    if (e === entries) {
      if (value > floor) found.set(isIn.join(''), value);
      return;
    }
    look(e + 1, value);
    if ((twin[e] === 1 && isIn[e - 1] === 0) || left.some((room, k) => weight[e * width + k]! > room)) return;
    isIn[e] = 1;
    for (let k = 0; k < width; k++) left[k]! -= weight[e * width + k]!;
    look(e + 1, value + profit[e]!);
    for (let k = 0; k < width; k++) left[k]! += weight[e * width + k]!;
    isIn[e] = 0;
  };
  look(0, 0);
  return found;
}

describe('two lists', () => {
  it('find the sets above a floor, each once, and the best of them, whether sorted on shelves or not', () => {
    for (let seed = 1; seed <= 48; seed++) {
      const width = 1 + (seed % 3);
      const core = coreOf(seed, seed % 4 === 0 ? 20 : 12, width);
      const lists = new TwoLists(width, 1 << 15);
      const best = [...setsAbove(core, Number.NEGATIVE_INFINITY).values()].reduce((a, b) => Math.max(a, b));
      const floor = best - (seed % 5);
      const expected = setsAbove(core, floor);
      const found = new Map<string, number>();
      const finished = lists.each(core, floor, (one, other, value) => {
        const isIn = new Uint8Array(core.entries);
        for (const side of SIDES)
          lists.eachIn(side, side === 0 ? one : other, (entry) => {
            isIn[entry] = 1;
          });
        expect(found.has(isIn.join(''))).toBe(false);
        found.set(isIn.join(''), value);
        return floor;
      });
      expect(finished).toBe(true);
      expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [set, value] of found) expect(value).toBeCloseTo(expected.get(set)!, 9);

      const taken = new Uint8Array(core.entries);
      expect(lists.best(core, best - 3, taken)).toBeCloseTo(best, 9);
      expect(setsAbove(core, best - 1e-9).has(taken.join(''))).toBe(true);
      expect(lists.best(core, best + 1e-9, taken)).toBe(best + 1e-9);
    }
  });

  it('leave nothing above their best that a search depth first finds, on knapsacks of 60 entries', () => {
    let byLists = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const width = 1 + (seed % 3);
      const { entries, profit, weight, room } = coreOf(seed, 60, width);
      const knapsack = new Knapsack(entries, width);
      knapsack.profit.set(profit);
      knapsack.weight.set(weight);
      knapsack.room.set(room.map((most) => most / 4));
      knapsack.entries = entries;
      const value = knapsack.solve(-1, 2);
      for (const near of [0.1, 1, knapsack.limit - value]) {
        const before = knapsack.nodes;
        expect(knapsack.solve(-1, 2, false, near)).toBeCloseTo(value, 9);
        if (knapsack.nodes === before) byLists++;
        let taken = 0;
        for (let e = 0; e < entries; e++) taken += knapsack.taken[e]! * profit[e]!;
        expect(taken).toBeCloseTo(value, 9);
      }
    }
    expect(byLists).toBeGreaterThan(120); // of 180, the lists of others being too long
  });

  it('tell what no set is worth more than where they become too long', () => {
    const entries = 400;
    const { weight, room } = coreOf(1, entries, 2);
    const knapsack = new Knapsack(entries, 2);
    for (let e = 0; e < entries; e++) knapsack.profit[e] = 10 * (weight[2 * e]! + weight[2 * e + 1]!); // as good as each other
    knapsack.weight.set(weight);
    knapsack.room.set(room);
    knapsack.entries = entries;
    const value = knapsack.solve(-1, 2, false, 1e-12);
    expect(knapsack.exact).toBe(false);
    expect(knapsack.ceiling).toBeGreaterThanOrEqual(value);
    expect(knapsack.ceiling).toBeLessThanOrEqual(knapsack.limit);
  });
});
