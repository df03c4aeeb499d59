import { defineConfig } from 'vitest/config';

/** Tests that start the service or the command line, or ask more of a deadline than a busy machine may give. */
const PROCESSES = 'test/processes/**/*.test.ts';

const limits = { testTimeout: 120_000, hookTimeout: 60_000 };

// The tests run against dist, which is what ships (worker threads load compiled files): `npm test` builds first.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...limits,
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: [PROCESSES],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...limits,
          name: 'one after another',
          include: [PROCESSES],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
