import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apart } from '../dist/bench/report/labels.js';

it('labels that have room stay where they are', () => {
  expect(apart([5, 1, 3], 1, 0, 10)).toEqual([5, 1, 3]);
});

it('labels at one height stand around it, the later above', () => {
  expect(apart([5, 5], 2, 0, 10)).toEqual([4, 6]);
  expect(apart([0, 0, 0], 1, 0, 10)).toEqual([0, 1, 2]);
  expect(apart([10, 10], 1, 0, 10)).toEqual([9, 10]);
});

it('any labels are apart, in their order and within the frame', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 10 }), (wanted) => {
      const at = apart(wanted, 0.05, 0, 1);
      for (const [a, height] of at.entries()) {
        expect(height).toBeGreaterThanOrEqual(-1e-9);
        expect(height).toBeLessThanOrEqual(1 + 1e-9);
        for (let b = 0; b < a; b++) {
          expect(Math.abs(height - at[b]!)).toBeGreaterThanOrEqual(0.05 - 1e-9);
          if (wanted[a] !== wanted[b]) expect(height > at[b]!).toBe(wanted[a]! > wanted[b]!);
        }
      }
    }),
  );
});
