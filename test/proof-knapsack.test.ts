import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildInstance } from '../dist/model/instance.js';
import { Knapsack } from '../dist/solver/proof/knapsack.js';
import { roomsOf } from '../dist/solver/proof/rooms.js';
import { ready } from './support/windows.ts';

describe('knapsacks', () => {
  const item = (width: number) =>
    fc.record({
      profit: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.double({ min: 1e-3, max: 20, noNaN: true })),
      weight: fc.array(fc.oneof(fc.integer({ min: 0, max: 8 }), fc.double({ min: 1e-6, max: 8, noNaN: true })), {
        minLength: width,
        maxLength: width,
      }),
    });
  it('equal brute force, with one to three resources and any floor', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 3 })
          .chain((width) =>
            fc.tuple(
              fc.array(item(width), { maxLength: 11 }),
              fc.array(fc.double({ min: 1e-6, max: 25, noNaN: true }), { minLength: width, maxLength: width }),
              fc.integer({ min: -1, max: 40 }),
              fc.integer({ min: 0, max: 3 }),
            ),
          ),
        ([items, room, floor, passes]) => {
          const width = room.length;
          const knapsack = new Knapsack(12, width);
          const fitting = items.filter(({ weight }) => weight.every((w, k) => w <= room[k]!));
          fitting.forEach(({ profit, weight }, e) => {
            knapsack.profit[e] = profit;
            knapsack.weight.set(weight, e * width);
          });
          knapsack.entries = fitting.length;
          knapsack.room.set(room);
          let best = 0;
          for (let set = 0; set < 1 << fitting.length; set++) {
            const chosen = fitting.filter((_, e) => set & (1 << e));
            if (room.every((most, k) => chosen.reduce((sum, { weight }) => sum + weight[k]!, 0) <= most))
              best = Math.max(
                best,
                chosen.reduce((sum, { profit }) => sum + profit, 0),
              );
          }
          const value = knapsack.solve(floor, passes);
          expect(value).toBeCloseTo(Math.max(best, floor), 8);
          expect(knapsack.limit).toBeGreaterThanOrEqual(best - 1e-9);
          if (value > Math.max(0, floor) + 1e-9) {
            const taken = fitting.filter((_, e) => knapsack.taken[e] === 1);
            expect(taken.reduce((sum, { profit }) => sum + profit, 0)).toBeCloseTo(value, 8);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('without any resource take everything', () => {
    const knapsack = new Knapsack(2, 0);
    knapsack.profit.set([1, 2]);
    knapsack.entries = 2;
    expect(knapsack.solve(-1, 2)).toBe(3);
    expect(knapsack.exact).toBe(true);
  });

  /** The greatest profit that fits, by dynamic programming over whole rooms (Bellman 1957). */
  function tabled(items: readonly { profit: number; weight: readonly number[] }[], room: readonly number[]): number {
    let best = new Map([[room.join(), { left: room, value: 0 }]]);
    for (const { profit, weight } of items) {
      const next = new Map(best);
      for (const { left, value } of best.values()) {
        const after = left.map((r, k) => r - weight[k]!);
        if (after.some((r) => r < 0)) continue;
        const key = after.join();
        if ((next.get(key)?.value ?? -1) < value + profit) next.set(key, { left: after, value: value + profit });
      }
      best = next;
    }
    return Math.max(...[...best.values()].map(({ value }) => value));
  }

  /** Weights of 0 to 5, profits that are few, near the weights or any: sets that tie and rooms that are met again and again. */
  const most = [150, 35, 20]; // entries, by resources
  const whole = fc.integer({ min: 1, max: 3 }).chain((width) =>
    fc.record({
      room: fc.array(fc.integer({ min: 5, max: width === 1 ? 60 : 20 }), { minLength: width, maxLength: width }),
      abundant: fc.constantFrom(null, 1e15, 1e18), // of one more resource, which never binds
      items: fc.array(
        fc
          .record({
            weight: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: width, maxLength: width }),
            extra: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 }), fc.double({ min: 0, max: 9, noNaN: true })),
          })
          .map(({ weight, extra }) => ({ weight, profit: 1 + extra + weight.reduce((sum, w) => sum + w, 0) })),
        { minLength: 5, maxLength: most[width - 1]! },
      ),
      passes: fc.integer({ min: 0, max: 3 }),
      below: fc.oneof(fc.constant(1e-6), fc.double({ min: 1e-3, max: 3, noNaN: true })),
    }),
  );
  it('of many entries with whole weights equal dynamic programming, whatever else they take on the way', () => {
    const knapsacks = [1, 2, 3, 4].map((width) => new Knapsack(150, width, true)); // each with all that it met before
    fc.assert(
      fc.property(whole, ({ room: rooms, abundant, items, passes, below }) => {
        const room = abundant === null ? rooms : [...rooms, abundant];
        const knapsack = knapsacks[room.length - 1]!;
        items.forEach(({ profit, weight }, e) => {
          knapsack.profit[e] = profit;
          knapsack.weight.set(abundant === null ? weight : [...weight, 1], e * room.length);
        });
        knapsack.entries = items.length;
        knapsack.room.set(room);
        const best = tabled(items, rooms);
        expect(knapsack.solve(-1, passes)).toBeCloseTo(best, 8);
        expect(knapsack.exact).toBe(true);
        const taken = items.filter((_, e) => knapsack.taken[e] === 1);
        expect(taken.reduce((sum, { profit }) => sum + profit, 0)).toBeCloseTo(best, 8);
        rooms.forEach((limit, k) => {
          expect(taken.reduce((sum, { weight }) => sum + weight[k]!, 0)).toBeLessThanOrEqual(limit);
        });
        const floor = Math.max(0, best - below);
        expect(knapsack.solve(floor, passes, true)).toBeGreaterThan(floor);
        expect(knapsack.solve(best + 1e-9, passes, true)).toBe(best + 1e-9);
      }),
      { numRuns: 500 },
    );
  });
});

describe('rooms', () => {
  const rooms = (demands: readonly (readonly [number, number])[], capacity: readonly [number, number]) =>
    roomsOf(
      buildInstance(
        ready({
          tasks: demands.map(([cpu, memory], i) => ({ id: `t${i}`, demand: { cpu, memory } })),
          nodes: [{ id: 'n', capacity: { cpu: capacity[0], memory: capacity[1] } }],
        }),
      ),
    );
  it('are whole where all demands are multiples, rounded down to what can be filled', () => {
    const { unit, room, whole } = rooms(
      [
        [0.5, 4],
        [1.5, 6],
      ],
      [3.9, 11],
    );
    expect(whole).toBe(true);
    expect([...unit]).toEqual([0.5, 2]);
    expect([...room]).toEqual([7, 5]);
  });
  it('hold what adds up to them in decimals', () => {
    const { unit, room } = rooms(
      [
        [0.1, 0],
        [0.2, 0],
      ],
      [0.3, 1],
    );
    expect(unit[0]).toBeCloseTo(0.1, 12);
    expect(room[0]).toBe(3);
  });
  it('are shares of the limits where some demands are no multiples', () => {
    const { room, whole } = rooms(
      [
        [1 / 3, 4],
        [Math.SQRT2, 6],
      ],
      [3, 10],
    );
    expect(whole).toBe(false);
    for (const share of room) expect(share).toBeCloseTo(1, 9);
  });
});
