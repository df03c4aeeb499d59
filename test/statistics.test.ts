import { expect, it } from 'vitest';
import { mean, median, middle, quantile } from '../dist/model/statistics.js';

it('quantiles are values that were seen', () => {
  const values = Array.from({ length: 1000 }, (_, k) => 1000 - k);
  expect([0, 0.5, 0.99, 0.999, 1].map((share) => quantile(values, share))).toEqual([1, 500, 990, 999, 1000]);
  expect(quantile([7], 0.999)).toBe(7);
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([], 0.5)).toBeNull();
});

it('medians count what was not reached as more than anything', () => {
  expect(median([3, null, 1])).toBe(3);
  expect(median([null, null, 1])).toBeNull();
  expect(median([null, 2, 1, 3], true)).toBe(2);
});

it('the usual median lies between the two in the middle', () => {
  expect(middle([4, 1, 2, 30])).toBe(3);
  expect(middle([3, 1, 2])).toBe(2);
  expect(middle([])).toBeNull();
});

it('the mean of nothing is 0', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(mean([])).toBe(0);
});
