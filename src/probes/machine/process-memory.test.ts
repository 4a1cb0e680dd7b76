import { expect, it } from 'vitest'
import { memoryIn, processMemory } from './process-memory.ts'

it('memoryIn reads what is resident, and what is not shared', () => {
  const status = 'Name:\tpostgres\nVmRSS:\t   20480 kB\nRssAnon:\t    1024 kB\nRssFile:\t 10240 kB\n'
  expect(memoryIn(status)).toEqual({ residentBytes: 20_971_520, privateBytes: 1_048_576 })
})

it.runIf(process.platform === 'linux')('processMemory knows this process, and none that there is not', () => {
  expect(processMemory(process.pid)?.residentBytes).toBeGreaterThan(10_000_000)
  expect(processMemory(2 ** 22 + 1)).toBeUndefined()
})
