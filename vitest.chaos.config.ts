import { defineConfig } from 'vitest/config'
import e2e from './vitest.e2e.config.ts'

/** Kills under load, on a stack of their own: the second half of `npm run test:hostile`. FIREDRILL_KILLS=100 is the long form. */
export default defineConfig({ test: { ...e2e.test, include: ['test/chaos/**/*.test.ts'] } })
