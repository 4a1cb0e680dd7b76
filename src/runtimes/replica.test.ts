import { describe, expect, it, vi } from 'vitest'
import type { Part } from '../stack/part.ts'
import type { HealthResult } from './health.ts'
import { Replica } from './replica.ts'
import type { Exit, Running } from './running.ts'

const refused = (code: string, syscall: string) => Object.assign(new Error(`${code}: no more`), { code, syscall })

class Host {
  /** What the next launches meet; none: they succeed. */
  readonly lacks: { launch?: Error; exit?: Exit }[] = []
  launches = 0
  #end: (exit: Exit) => void = () => undefined

  launch = async (): Promise<Running> => {
    this.launches++
    const lack = this.lacks.shift()
    if (lack?.launch !== undefined) throw lack.launch
    const exited = new Promise<Exit>((resolve) => {
      this.#end = resolve
    })
    if (lack?.exit !== undefined) this.#end(lack.exit)
    const end = async () => this.#end({ code: null, signal: 'SIGKILL' })
    return { pid: 1, exited, signal: end, destroy: end, pause: async () => undefined, resume: async () => undefined }
  }
}

const healthy = () => new Promise<HealthResult>((resolve) => setImmediate(resolve, undefined))

function replicaOn(host: Host, restart: Part['restart'], checkHealth = healthy): Replica {
  const part = { name: 'store', kind: 'service', restart, graceMs: 100, dependsOn: [] } as unknown as Part
  return new Replica({
    id: 'store-1',
    part,
    address: () => ({ host: '127.0.0.1', port: 1 }),
    launch: host.launch,
    checkHealth,
    tail: () => Promise.reject(refused('EMFILE', 'open')),
    emit: () => undefined,
    random: () => 0.5,
  })
}

const isHealthy = (replica: Replica) => vi.waitFor(() => expect(replica.state).toBe('healthy'), { timeout: 20_000 })

describe('a replica', () => {
  it.each([
    ['its log cannot be opened', { launch: refused('ENOSPC', 'open') }],
    ['no descriptor is left', { launch: refused('EMFILE', 'open') }],
    [
      'no process can be started',
      { exit: { code: null, signal: null, detail: 'spawn EAGAIN', error: refused('EAGAIN', 'spawn node') } },
    ],
  ])('is started again by itself, whatever its policy, when %s', async (_, lack) => {
    const host = new Host()
    const replica = replicaOn(host, 'never')
    await replica.start('operator')
    host.lacks.push(lack, lack)
    await expect(replica.restart('operator')).rejects.toMatchObject({
      code: 'FD_RUNTIME_START_FAILED',
      message: expect.stringMatching(/ENOSPC|EMFILE|EAGAIN/),
    })
    expect(replica.status()).toMatchObject({
      state: 'backoff',
      detail: expect.stringMatching(/E\w+.*; restart due in/),
    })
    await isHealthy(replica)
    expect(host.launches).toBe(4)
    await replica.stop('operator')
  })

  it('is not started again when the program itself fails, and nobody wants it restarted', async () => {
    const host = new Host()
    const replica = replicaOn(host, 'never')
    host.lacks.push({ exit: { code: 1, signal: null } })
    await expect(replica.start('operator')).rejects.toThrow('ended while starting')
    expect(replica.state).toBe('exited')
  })

  it('that is always restarted is so also after a start that was asked for has failed', async () => {
    const host = new Host()
    const replica = replicaOn(host, 'always')
    host.lacks.push({ exit: { code: 1, signal: null } })
    await expect(replica.start('operator')).rejects.toThrow('ended while starting')
    await isHealthy(replica)
    await replica.stop('operator')
  })

  it('that is stopped is not started again', async () => {
    const host = new Host()
    const replica = replicaOn(host, 'always')
    host.lacks.push({ launch: refused('ENOSPC', 'open') })
    await expect(replica.start('operator')).rejects.toThrow('ENOSPC')
    await replica.stop('operator')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect([replica.state, host.launches]).toEqual(['stopped', 1])
  })

  it('that the restart policy is starting is stopped at once, and not started again', async () => {
    const host = new Host()
    const replica = replicaOn(host, 'always', async () => 'not ready')
    host.lacks.push({ exit: { code: 1, signal: null } })
    await expect(replica.start('operator')).rejects.toThrow('ended while starting')
    await vi.waitFor(() => expect(replica.state).toBe('starting'), { timeout: 20_000 })
    await replica.stop('operator')
    expect([replica.state, replica.pid, host.launches]).toEqual(['stopped', undefined, 2])
  })

  it('that was unhealthy for too long, and is starting for that, is stopped at once', async () => {
    const host = new Host()
    let seen: HealthResult
    const replica = replicaOn(host, 'always', async () => seen)
    Object.assign(replica.part, { restartWhenUnhealthyMs: 100 })
    await replica.start('operator')
    seen = 'not ready'
    await vi.waitFor(() => expect(host.launches).toBe(2), { timeout: 20_000 })
    await replica.stop('operator')
    expect([replica.state, replica.pid, host.launches]).toEqual(['stopped', undefined, 2])
  })

  it.each([
    ['the program itself', { exit: { code: 1, signal: null } }],
    ['a full disk', { launch: refused('ENOSPC', 'open') }],
  ])('whose start is part of a larger one is not started again when %s fails it', async (_, lack) => {
    const host = new Host()
    const replica = replicaOn(host, 'always')
    host.lacks.push(lack)
    await expect(replica.start('operator', new AbortController().signal)).rejects.toThrow()
    expect([replica.state, host.launches]).toEqual(['exited', 1])
  })
})
