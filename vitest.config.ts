import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'console/**/*.test.ts', 'test/**/*.test.ts'],
    // The end-to-end suites have a configuration of their own: they measure, or need a Docker engine.
    exclude: [
      'test/e2e/**',
      'test/drills/**',
      'test/hostile/**',
      'test/chaos/**',
      'test/compose/**',
      'dist/**',
      'node_modules/**',
    ],
    // Most tests wait for something. By default a machine with two cores would run one file at a time.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
