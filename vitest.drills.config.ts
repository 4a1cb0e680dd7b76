import { defineConfig } from 'vitest/config'
import e2e from './vitest.e2e.config.ts'

/** Drills and attacks that take their time: what CI runs besides `npm test`, which is to end within ten minutes. */
export default defineConfig({ test: { ...e2e.test, include: ['test/drills/**/*.test.ts'] } })
