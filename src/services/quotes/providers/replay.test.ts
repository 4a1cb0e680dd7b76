import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createReplay } from './replay.ts'

const header = 'time,symbol,price,previous,currency,name'
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firedrill-test-replay-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function replayOf(lines: string[], nowMs: () => number) {
  const replayFile = join(folder, 'prices.csv')
  await writeFile(replayFile, `${lines.join('\n')}\n`)
  return createReplay({ seed: 1, replayFile, yahooUrl: '', logger: pino({ level: 'silent' }), nowMs })
}

describe('the replay of a recording', () => {
  const lines = [
    header,
    '2020-03-01T10:00:00Z,AAPL,10,9,USD,Apple',
    '2020-03-01T10:00:00Z,SAP.DE,100,101,EUR,SAP',
    '2020-03-01T10:00:05Z,AAPL,11,9,USD,Apple',
    '2020-03-01T10:00:09.999Z,AAPL,12,9,USD,Apple',
  ]

  it.each([
    ['at its beginning', 50_000, 10],
    ['at its middle', 56_000, 11],
    ['again after its end', 60_000, 10],
  ])('has the price that was recorded %s, moved to today', async (_, now, price) => {
    const replay = await replayOf(lines, () => now)
    const [apple, sap] = await replay.fetch(['AAPL', 'SAP.DE'], new AbortController().signal)
    expect(apple).toMatchObject({ symbol: 'AAPL', name: 'Apple', price, previous: 9, currency: 'USD' })
    expect(sap).toMatchObject({ symbol: 'SAP.DE', price: 100, currency: 'EUR' })
    expect(apple?.tradedAtMs).toBeLessThanOrEqual(now)
    expect(apple?.tradedAtMs).toBeGreaterThan(now - 5_000)
  })

  it('leaves out a symbol that was not recorded, and fails when none was', async () => {
    const replay = await replayOf(lines, () => 50_000)
    const { signal } = new AbortController()
    expect(await replay.fetch(['AAPL', 'MSFT'], signal)).toHaveLength(1)
    await expect(replay.fetch(['MSFT'], signal)).rejects.toThrow('none of the symbols')
  })

  it('refuses a file with all of its mistakes at once', async () => {
    const wrong = [
      'symbol,price',
      '2020-03-01T10:00:00Z,AAPL,10,9,USD,Apple',
      '2020-03-01T09:00:00Z,AAPL,10,9,USD,Apple',
      '2020-03-01T10:00:00Z,AAPL,-1,9,USD,Apple',
      '2020-03-01T10:00:00Z,AAPL,,9,USD,Apple',
      'today,AAPL,10,9,USD,Apple',
    ]
    const error = await replayOf(wrong, () => 0).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'FD_QUOTES_REPLAY_INVALID' })
    expect(String(error)).toMatch(/line 1 must be .* line 3 is older .* line 4 .* line 5 .* line 6/)
  })

  it('refuses a file that is not there', async () => {
    const missing = { seed: 1, replayFile: join(folder, 'no'), yahooUrl: '', logger: pino({ level: 'silent' }) }
    await expect(createReplay({ ...missing, nowMs: () => 0 })).rejects.toMatchObject({
      code: 'FD_QUOTES_REPLAY_INVALID',
    })
  })
})
