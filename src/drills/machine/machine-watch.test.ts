import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { busyText } from './machine-report.ts'
import { MachineWatch } from './machine-watch.ts'

const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
})

/** One busy loop a core, in processes of their own group without a parent: it ends at once. */
async function burnElsewhere(): Promise<number[]> {
  const loops = cpus()
    .map(() => 'sh -c "while :; do :; done" >/dev/null 2>&1 & echo $!;')
    .join(' ')
  const starter = spawn('sh', ['-c', loops], { stdio: ['ignore', 'pipe', 'ignore'] })
  let output = ''
  starter.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  await once(starter, 'close')
  return output.trim().split('\n').map(Number)
}

describe.runIf(process.platform === 'linux')('MachineWatch', () => {
  it('finds busy loops of others, by name and pid, and that they make this machine late', {
    timeout: 20_000,
  }, async () => {
    const pids = await burnElsewhere()
    const watch = new MachineWatch(async () => [])
    try {
      await watch.start()
      const busy = await waitUntil(
        async () => {
          const { others = [], cpu } = watch.now() ?? {}
          const found = others.filter(({ pid }) => pids.includes(pid))
          return found.length > 0 && (cpu?.othersMs ?? 0) > (cpu?.oursMs ?? 0)
            ? done(found)
            : notYet(`${others.length} others`)
        },
        { what: 'the loops to be seen', timeoutMs: 15_000, intervalMs: 100 },
      )
      expect(busy[0]?.name).toBe('sh')
      expect(busyText(watch.now())).toMatch(
        /^this machine is busy: other programs use \d+\.\d of its \d+ cores: .*sh \(pid \d+\)/,
      )
    } finally {
      await watch.stop()
      for (const pid of pids) process.kill(pid, 'SIGKILL')
    }
    expect(watch.samples.length).toBeGreaterThan(0)
  })

  it('takes what the system and this process do themselves for no lateness', { timeout: 20_000 }, async () => {
    const system = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' })
    children.push(system)
    const watch = new MachineWatch(async () => (system.pid === undefined ? [] : [system.pid]))
    await watch.start()
    await waitUntil(async () => (watch.samples.length >= 3 ? done(true) : notYet(`${watch.samples.length} samples`)), {
      what: 'three samples',
      timeoutMs: 15_000,
      intervalMs: 100,
    })
    await watch.stop()
    expect(watch.now()?.cpu?.oursMs).toBeGreaterThan(0)
    expect(watch.now()?.others.map(({ pid }) => pid)).not.toContain(system.pid)
  })

  it('goes on with what it knows when the system does not answer', async () => {
    const watch = new MachineWatch(async () => {
      throw new Error('no answer')
    })
    await watch.start()
    await waitUntil(async () => (watch.samples.length >= 1 ? done(true) : notYet('no sample')), {
      what: 'a sample',
      timeoutMs: 15_000,
      intervalMs: 50,
    })
    await watch.stop()
    await watch.stop()
  })

  it('takes no sample, and breaks nothing, where the machine cannot be read', async () => {
    const watch = new MachineWatch(
      async () => [],
      async () => {
        throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })
      },
    )
    await watch.start()
    await watch.stop()
    expect(watch.samples).toEqual([])
    expect(watch.whole()).toBeUndefined()
  })
})
