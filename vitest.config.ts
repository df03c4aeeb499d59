import { defineConfig } from 'vitest/config';

// The tests run against dist, which is what ships (worker threads load compiled files): `npm test` builds first.
export default defineConfig({ test: { include: ['test/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 60_000 } });
