import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sendingMs } from '../dist/api/planners/sending.js';

describe('what is kept of a deadline for sending the answer', () => {
  const deadline = fc.integer({ min: 1, max: 3_600_000 });
  const others = fc.integer({ min: 0, max: 64 });
  const cores = fc.integer({ min: 1, max: 64 });

  it('is 8 ms for a job alone', () => {
    expect(sendingMs(1000, 0, 2)).toBe(8);
  });

  it('is 25 ms more for each other job by core, and 3 % of the deadline', () => {
    expect(sendingMs(1000, 2, 2)).toBe(8 + 25 + 30);
    expect(sendingMs(1000, 1, 2)).toBe(8 + (25 + 30) / 2);
  });

  it('is of longer deadlines 40 ms at most for that share', () => {
    expect(sendingMs(60_000, 2, 2)).toBe(8 + 25 + 40);
  });

  it('is never more than half, and never less for a longer deadline or more jobs', () => {
    fc.assert(
      fc.property(deadline, others, cores, (deadlineMs, many, on) => {
        const kept = sendingMs(deadlineMs, many, on);
        expect(kept).toBeLessThanOrEqual(deadlineMs / 2);
        expect(sendingMs(deadlineMs + 1, many, on)).toBeGreaterThanOrEqual(kept);
        expect(sendingMs(deadlineMs, many + 1, on)).toBeGreaterThanOrEqual(kept);
      }),
    );
  });
});
