import type { Logger } from 'pino'
import { messageOf } from '../../base/errors.ts'
import { backoffMs, sleep } from '../../base/wait.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { Batch } from './batch.ts'

/**
 * Inserts a batch every interval until stopped. A batch is tried until it is known to be committed; the ones that were due
 * meanwhile are left out, so that a database that comes back is not met by a burst.
 */
export async function run({ intervalMs, make, insert, random, meters, logger, signal }: RunOptions): Promise<void> {
  const untilKnown = async (batch: Batch): Promise<keyof typeof meters.outcomes> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const result = await insert(batch)
        if (attempt > 0) logger.info({ batch: batch.id, tries: attempt + 1 }, 'the batch is committed')
        return result === 'inserted' ? 'committed' : 'recovered'
      } catch (error) {
        if (attempt === 0) logger.warn({ batch: batch.id, reason: messageOf(error) }, 'the batch is tried again')
      }
      await sleep(backoffMs(attempt, PAUSES, random), signal).catch(() => undefined)
      if (signal.aborted) return 'abandoned'
      meters.retries.inc()
    }
  }

  while (!signal.aborted) {
    const startedMs = performance.now()
    meters.due.sinceMs ??= startedMs
    const batch = make()
    const outcome = await untilKnown(batch)
    meters.outcomes[outcome].inc()
    if (outcome !== 'abandoned') {
      meters.rows.inc(batch.rows.length)
      meters.last.successSeconds = Date.now() / 1_000
      meters.due.sinceMs = undefined
      logger.debug({ batch: batch.id, rows: batch.rows.length, outcome }, 'committed')
    }
    const restMs = Math.max(0, intervalMs - (performance.now() - startedMs))
    await sleep(restMs, signal).catch(() => undefined)
  }
}

const PAUSES = { firstMs: 100, maxMs: 1_000 }

/** The worker's own series, at 0. */
export function meterWorker(metrics: Metrics) {
  const last = { successSeconds: 0 }
  const due: { sinceMs: number | undefined } = { sinceMs: undefined }
  metrics.read('worker_last_success_timestamp_seconds', {}, () => last.successSeconds)
  metrics.read('worker_lag_seconds', {}, () =>
    due.sinceMs === undefined ? 0 : (performance.now() - due.sinceMs) / 1_000,
  )
  return {
    outcomes: {
      committed: metrics.counter('worker_batches_total', { outcome: 'committed' }),
      recovered: metrics.counter('worker_batches_total', { outcome: 'recovered' }),
      abandoned: metrics.counter('worker_batches_total', { outcome: 'abandoned' }),
    },
    rows: metrics.counter('worker_rows_total', {}),
    retries: metrics.counter('worker_retries_total', {}),
    last,
    due,
  }
}

export interface RunOptions {
  intervalMs: number
  make: () => Batch
  insert: (batch: Batch) => Promise<'inserted' | 'was there'>
  random: () => number
  meters: ReturnType<typeof meterWorker>
  logger: Logger
  /** Stops the loop behind the try that is under way. */
  signal: AbortSignal
}
