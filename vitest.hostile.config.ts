import { defineConfig } from 'vitest/config'
import e2e from './vitest.e2e.config.ts'

/** Attacks, all on one stack: the first half of `npm run test:hostile`. */
export default defineConfig({
  test: { ...e2e.test, include: ['test/hostile/**/*.test.ts'], globalSetup: ['test/hostile/setup.ts'] },
})
