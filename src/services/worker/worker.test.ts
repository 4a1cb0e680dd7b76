import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import { Database } from '../database/database.ts'
import { migrate } from '../database/migrate.ts'
import type { Running } from '../running.ts'
import { startPostgres } from '../test-backends.ts'
import { insertBatch, makeBatch, workerOperations } from './batch.ts'
import { startWorker } from './start.ts'

const BATCH_SIZE = 7
const logger = pino({ level: 'silent' })

let postgres: Awaited<ReturnType<typeof startPostgres>>
let workers: Running[] = []

beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres?.remove())

beforeEach(() => postgres.query('drop table if exists transactions, batches, items'))
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()))
  workers = []
})

async function start(intervalMs: number): Promise<Running> {
  const config = { host: '127.0.0.1', port: 0, databaseUrl: postgres.url, intervalMs, batchSize: BATCH_SIZE }
  const worker = await startWorker(config, logger)
  workers.push(worker)
  return worker
}

async function metric(worker: Running, series: string): Promise<number> {
  const text = await (await fetch(`${worker.address}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? Number.NaN : Number(line.slice(series.length + 1))
}

/** Batches known to be committed. */
async function batches(worker: Running): Promise<number> {
  const text = await (await fetch(`${worker.address}/metrics`)).text()
  const counts = text.matchAll(/^worker_batches_total\{outcome="(?:committed|recovered)"\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

function untilBatches(worker: Running, count: number): Promise<void> {
  return waitUntil(
    async () => {
      const seen = await batches(worker)
      return seen >= count ? done(undefined) : notYet(`${seen} batches`)
    },
    { what: `${count} batches`, timeoutMs: 20_000, intervalMs: 10 },
  )
}

/** What is in the tables: batches, rows, and batches that have not exactly their rows. */
async function stored() {
  const [row] = await postgres.query(`
    select (select count(*)::int from batches) as batches,
           (select count(*)::int from transactions) as rows,
           (select count(*)::int from batches b
            where size <> (select count(*) from transactions t where t.batch_id = b.id)) as torn`)
  return row as { batches: number; rows: number; torn: number }
}

describe('insertBatch', () => {
  it('inserts a batch once, however often and from wherever at once it is tried', async () => {
    const databases = [0, 1].map(
      () =>
        new Database({
          url: postgres.url,
          poolSize: 5,
          applicationName: 'test',
          operations: workerOperations,
          metrics: new Metrics(),
          logger,
        }),
    )
    try {
      for (const database of databases) await migrate(database, logger, new AbortController().signal)
      const batch = makeBatch(BATCH_SIZE, Math.random)
      const tries = await Promise.all([...databases, ...databases, ...databases].map((one) => insertBatch(one, batch)))
      expect(tries.filter((result) => result === 'inserted')).toHaveLength(1)
      expect(await stored()).toEqual({ batches: 1, rows: BATCH_SIZE, torn: 0 })
    } finally {
      for (const database of databases) await database.close()
    }
  })
})

describe('the worker', () => {
  it('has its metrics at 0 while the database is not there', async () => {
    await postgres.kill('SIGINT')
    try {
      const worker = await start(1_000)
      for (const series of [
        'worker_batches_total{outcome="committed"}',
        'worker_batches_total{outcome="recovered"}',
        'worker_batches_total{outcome="abandoned"}',
        'worker_rows_total',
        'worker_retries_total',
        'worker_last_success_timestamp_seconds',
      ]) {
        expect([series, await metric(worker, series)]).toEqual([series, 0])
      }
      await waitUntil(
        async () => {
          const lag = await metric(worker, 'worker_lag_seconds')
          return lag > 0.2 ? done(undefined) : notYet(`${lag} s`)
        },
        { what: 'the lag to grow', timeoutMs: 20_000, intervalMs: 20 },
      )
    } finally {
      await postgres.start()
    }
  })

  it('inserts a batch every interval and reports it', async () => {
    const worker = await start(20)
    await untilBatches(worker, 5)
    const lastSuccess = await metric(worker, 'worker_last_success_timestamp_seconds')
    expect(Math.abs(Date.now() / 1_000 - lastSuccess)).toBeLessThan(5)
    expect(await metric(worker, 'worker_lag_seconds')).toBeLessThan(5)
    expect((await fetch(`${worker.address}/ready`)).status).toBe(200)
    await worker.close()
    const { batches: count, rows, torn } = await stored()
    expect(rows).toBe(count * BATCH_SIZE)
    expect(torn).toBe(0)
  })

  it('loses and doubles nothing when PostgreSQL is killed over and over', async () => {
    const [one, two] = [await start(200), await start(200)]
    const allBatches = async () => (await Promise.all([one, two].map(batches))).reduce((sum, each) => sum + each, 0)
    const retries = () => metric(one, 'worker_retries_total')
    for (let round = 0; round < 3; round++) {
      await untilBatches(one, (await batches(one)) + 3)
      const before = await retries()
      await postgres.kill('SIGKILL')
      await waitUntil(async () => ((await retries()) > before ? done(undefined) : notYet('no retry')), {
        what: 'the worker to try again',
        timeoutMs: 20_000,
        intervalMs: 10,
      })
      expect((await fetch(`${one.address}/ready`)).status).toBe(503)
      await postgres.start()
    }
    await untilBatches(one, (await batches(one)) + 3)
    await untilBatches(two, (await batches(two)) + 3)
    await waitUntil(
      async () => {
        const [before, inTables, after] = [await allBatches(), await stored(), await allBatches()]
        const state = `${before}, then ${inTables.batches} stored, then ${after}`
        return before === inTables.batches && before === after ? done(undefined) : notYet(state)
      },
      { what: 'the workers to have counted what is stored', timeoutMs: 20_000, intervalMs: 1 },
    )
    await Promise.all([one.close(), two.close()])
    const { batches: count, rows, torn } = await stored()
    expect(torn).toBe(0)
    expect(rows).toBe(count * BATCH_SIZE)
  })

  it('stops at once while it waits for the next interval or for the database', async () => {
    const waiting = await start(60_000)
    await untilBatches(waiting, 1)
    const retrying = await start(10)
    await untilBatches(retrying, 1)
    await postgres.kill('SIGKILL')
    try {
      const startedMs = performance.now()
      await Promise.all([waiting.close(), retrying.close()])
      expect(performance.now() - startedMs).toBeLessThan(5_000)
    } finally {
      await postgres.start()
    }
  })
})
