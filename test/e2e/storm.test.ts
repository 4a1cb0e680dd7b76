import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseJsonLines } from '../../src/base/files/json-lines.ts'
import { done, notYet, sleep, waitUntil } from '../../src/base/wait.ts'
import { startPostgres } from '../../src/services/test-backends.ts'
import { root } from './firedrill.ts'

const ROUNDS = 8
const BATCH_SIZE = 7

let postgres: Awaited<ReturnType<typeof startPostgres>>
const living = new Set<ChildProcess>()

beforeAll(async () => {
  postgres = await startPostgres()
}, 120_000)
afterAll(async () => {
  for (const child of living) child.kill('SIGKILL')
  await postgres?.remove()
})

/** A worker process that is started again, as by a supervisor, each time it is killed; what it said outlives it. */
class Worker {
  output = ''
  #child: ChildProcess | undefined

  start(): void {
    const child = spawn(process.execPath, [join(root, 'bin', 'firedrill.js'), 'serve', 'worker'], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: postgres.url,
        PORT: '0',
        LOG_LEVEL: 'debug',
        WORKER_INTERVAL: '20ms',
        WORKER_BATCH_SIZE: String(BATCH_SIZE),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout.on('data', (data: Buffer) => (this.output += data.toString()))
    living.add(child)
    this.#child = child
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    const ended = once(child, 'close')
    child.kill(signal)
    await ended
    living.delete(child)
  }

  /** The batches that it knew to be committed: each is logged, before the next is made, without a buffer in between. */
  committed(): string[] {
    return parseJsonLines<{ msg: string; batch?: string }>(this.output).flatMap(({ msg, batch }) =>
      msg === 'committed' && batch !== undefined ? [batch] : [],
    )
  }

  /** Resolves when it has committed `more` batches from now on. */
  async progress(more: number): Promise<void> {
    const goal = this.committed().length + more
    await waitUntil(
      async () => {
        const seen = this.committed().length
        return seen >= goal ? done(undefined) : notYet(`${seen} of ${goal} batches`)
      },
      { what: 'the worker to go on', timeoutMs: 30_000, intervalMs: 10 },
    )
  }
}

describe('two workers in a storm of kills', () => {
  it('lose nothing that was committed, double nothing, and tear no batch', async () => {
    const workers = [new Worker(), new Worker()]
    for (const worker of workers) worker.start()
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(workers.map((worker) => worker.progress(5)))
      // Anywhere within a batch, and PostgreSQL sometimes while a worker starts or is gone.
      await sleep(Math.random() * 30)
      const victim = workers[round % 2]
      await Promise.all([
        victim?.end('SIGKILL').then(() => victim.start()),
        round % 2 === 0 ? postgres.kill('SIGKILL').then(() => postgres.start()) : undefined,
      ])
    }
    await Promise.all(workers.map((worker) => worker.progress(5)))
    await Promise.all(workers.map((worker) => worker.end('SIGTERM')))

    const stored = (await postgres.query(
      `select b.id, b.size, count(t.id)::int as rows from batches b left join transactions t on t.batch_id = b.id group by b.id`,
    )) as { id: string; size: number; rows: number }[]
    const known = workers.flatMap((worker) => worker.committed())
    const storedIds = new Set(stored.map(({ id }) => id))
    const [{ strays } = { strays: Number.NaN }] = (await postgres.query(
      'select count(*)::int as strays from transactions where batch_id is null',
    )) as { strays: number }[]

    expect(known.filter((id) => !storedIds.has(id))).toEqual([])
    expect(new Set(known).size).toBe(known.length)
    expect(stored.filter(({ size, rows }) => rows !== size || rows !== BATCH_SIZE)).toEqual([])
    expect(strays).toBe(0)
    // Committed at the moment of a kill, so that nobody could say so any more: at most one a kill.
    expect(stored.length - known.length).toBeLessThanOrEqual(ROUNDS)
    expect(known.length).toBeGreaterThan(ROUNDS * 10)
  })
})
