import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/{unit,architecture,conformance,content,fuzz}/**/*.test.ts'],
    // Two cores here and in CI.
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
