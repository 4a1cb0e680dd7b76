import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { defineConfig } from 'vitest/config'

/** The suites with a configuration of their own: they measure, or need a Docker engine. */
const OTHERS = /^test\/(?:e2e|drills|hostile|chaos|compose|foreign|kubernetes|systemd)\//
/** What a test does to the whole process that it runs in, or what it counts there. */
const CHANGES_ITS_PROCESS =
  /\bvi\.(?:mock|spyOn|stubEnv|useFakeTimers)\(|\bprocess\.(?:setuid|umask|memoryUsage|listenerCount|env\.\w+ =)/
/** Behind all others: it leaves them no core. */
const TAKES_ALL_CORES = 'src/load/saturation/core-wait.test.ts'

const files = ['src', 'console', 'test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith('.test.ts'))
    .map(({ parentPath, name }) => relative('.', join(parentPath, name)))
    .filter((path) => !OTHERS.test(path) && path !== TAKES_ALL_CORES),
)
const alone = files.filter((path) => CHANGES_ITS_PROCESS.test(readFileSync(path, 'utf8')))

export default defineConfig({
  test: {
    // Most tests wait for something. By default a machine with two cores would run one file at a time.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The default of a second is shorter than what a busy machine is late by.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      // A process takes one file after the other: to load all modules anew for each took a third of the time.
      {
        extends: true,
        test: { name: 'shared', isolate: false, include: files.filter((path) => !alone.includes(path)) },
      },
      { extends: true, test: { name: 'alone', include: alone } },
      { extends: true, test: { name: 'last', include: [TAKES_ALL_CORES], sequence: { groupOrder: 1 } } },
    ],
  },
})
