import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { Metrics } from '../../telemetry/metrics.ts'
import { type Batch, makeBatch } from './batch.ts'
import { meterWorker, run } from './run.ts'

/** Runs until `insert` has been called as often as there are answers, and returns the batches it was given. */
async function runThrough(answers: ('inserted' | 'was there' | Error)[]) {
  const meters = meterWorker(new Metrics())
  const stopping = new AbortController()
  const tried: Batch[] = []
  await run({
    intervalMs: 1,
    make: () => makeBatch(3, () => 0.5),
    insert: async (batch) => {
      tried.push(batch)
      const answer = answers[tried.length - 1] ?? new Error('one try too many')
      if (tried.length === answers.length) stopping.abort()
      if (answer instanceof Error) throw answer
      return answer
    },
    random: () => 0,
    meters,
    logger: pino({ level: 'silent' }),
    signal: stopping.signal,
  })
  return { ids: tried.map((batch) => batch.id), meters }
}

describe('run', () => {
  it('makes a new batch for each interval', async () => {
    const { ids, meters } = await runThrough(['inserted', 'inserted'])
    expect(new Set(ids).size).toBe(2)
    expect([meters.outcomes.committed.value, meters.rows.value, meters.retries.value]).toEqual([2, 6, 0])
  })

  it('tries the same batch until it is known to be committed', async () => {
    const { ids, meters } = await runThrough([new Error('gone'), new Error('still gone'), 'inserted'])
    expect(new Set(ids).size).toBe(1)
    expect([meters.outcomes.committed.value, meters.rows.value, meters.retries.value]).toEqual([1, 3, 2])
  })

  it('counts a batch whose answer was lost once', async () => {
    const { meters } = await runThrough([new Error('lost on the way back'), 'was there'])
    expect([meters.outcomes.committed.value, meters.outcomes.recovered.value, meters.rows.value]).toEqual([0, 1, 3])
  })

  it('gives up a batch when it is stopped while the database is away', async () => {
    const { meters } = await runThrough([new Error('gone')])
    expect([meters.outcomes.abandoned.value, meters.rows.value]).toEqual([1, 0])
    expect(meters.last.successSeconds).toBe(0)
  })
})
