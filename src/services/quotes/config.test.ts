import { describe, expect, it } from 'vitest'
import { readQuotesConfig } from './config.ts'

const REDIS_URL = 'redis://127.0.0.1:6379'

describe('the settings of quotes', () => {
  it('have defaults for all but Redis', () => {
    expect(readQuotesConfig({ REDIS_URL })).toMatchObject({
      port: 8001,
      provider: 'simulated',
      intervalMinMs: 2_000,
      intervalMaxMs: 5_000,
      staleAfterMs: 15_000,
      leaseMs: 5_000,
    })
  })

  it.each([
    ['"1s-1.5s"', '1s-1.5s', [1_000, 1_500]],
    ['one duration', '500ms', [500, 500]],
  ])('take %s as interval', (_, given, [min, max]) => {
    expect(readQuotesConfig({ REDIS_URL, QUOTES_INTERVAL: given })).toMatchObject({
      intervalMinMs: min,
      intervalMaxMs: max,
    })
  })

  it.each([
    ['an interval that is not valid', { QUOTES_INTERVAL: 'often' }, 'QUOTES_INTERVAL'],
    ['an interval the wrong way round', { QUOTES_INTERVAL: '5s-2s' }, 'QUOTES_INTERVAL'],
    ['an unknown source', { QUOTES_PROVIDER: 'toString' }, 'simulated, replay, yahoo'],
    ['a symbol with a space', { QUOTES_SYMBOLS: 'AAPL,M SFT' }, 'M SFT'],
    ['a symbol twice', { QUOTES_SYMBOLS: 'AAPL,AAPL' }, 'twice'],
    ['a limit below the interval', { QUOTES_STALE_AFTER: '4s' }, 'longer than QUOTES_INTERVAL'],
    ['a replay of nothing', { QUOTES_PROVIDER: 'replay' }, 'QUOTES_REPLAY_FILE'],
    ['a Yahoo that is no URL', { QUOTES_YAHOO_URL: 'yahoo' }, 'QUOTES_YAHOO_URL'],
  ])('refuse %s', (_, env, message) => {
    expect(() => readQuotesConfig({ REDIS_URL, ...env })).toThrow(message)
  })
})
