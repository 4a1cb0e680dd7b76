import { defineConfig } from 'vitest/config'
import e2e from './vitest.e2e.config.ts'

/** Drills on systems that are not ours, as others build them and as somebody tampers with them. Tampering alone takes 30 minutes. */
export default defineConfig({ test: { ...e2e.test, include: ['test/foreign/**/*.test.ts'] } })
