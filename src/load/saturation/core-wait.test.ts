import { spawn } from 'node:child_process'
import { cpus } from 'node:os'
import { it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { coreWaitMs } from './core-wait.ts'

it.runIf(process.platform === 'linux')(
  'measures that this thread waits for a core while busy loops take all of them',
  { timeout: 30_000 },
  async () => {
    const loops = cpus().flatMap(() =>
      [0, 1].map(() => spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' })),
    )
    try {
      const beforeMs = coreWaitMs() ?? Number.NaN
      await waitUntil(
        async () => {
          const untilMs = performance.now() + 50
          while (performance.now() < untilMs);
          const waitedMs = (coreWaitMs() ?? Number.NaN) - beforeMs
          return waitedMs > 20 ? done(waitedMs) : notYet(`${waitedMs} ms`)
        },
        { what: 'this thread to have waited for a core', timeoutMs: 25_000, intervalMs: 1 },
      )
    } finally {
      for (const loop of loops) loop.kill('SIGKILL')
    }
  },
)
