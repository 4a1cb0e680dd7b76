import { defineConfig } from 'vitest/config'

/** Beside a real systemd: `npm run test:systemd` boots it in namespaces of its own, and runs this inside of them. */
export default defineConfig({
  test: {
    include: ['test/systemd/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
