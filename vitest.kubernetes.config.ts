import { defineConfig } from 'vitest/config'

/** On a real cluster: `npm run test:kubernetes` brings it up. */
export default defineConfig({
  test: {
    include: ['test/kubernetes/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
