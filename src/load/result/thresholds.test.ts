import { describe, expect, it } from 'vitest'
import { isFinal, judgeThreshold, type Measured, readThresholds } from './thresholds.ts'

const latencyMs = { mean: 20, p50: 10, p90: 50, p95: 100, p99: 200, p999: 300, max: 400 }
const measured: Measured = {
  total: { requests: 1_000, failures: 10, latencyMs },
  endpoint: (name) =>
    name === 'GET /items' ? { requests: 10, failures: 0, latencyMs: { ...latencyMs, p99: 5 } } : undefined,
  checks: { passed: 99, failed: 1 },
  seconds: 10,
}
const judge = (text: string) => judgeThreshold(readThresholds([text])[0] as never, measured)

describe('thresholds', () => {
  it.each([
    ['p95<200ms', true, '100 ms'],
    ['p95 < 100ms', false, '100 ms'],
    ['p95<=100ms', true, '100 ms'],
    ['p99.9<0.3s', false, '300 ms'],
    ['max<1s', true, '400 ms'],
    ['errors<1%', false, '1.00 %'],
    ['errors<=1%', true, '1.00 %'],
    ['rate>100/s', false, '100.0/s'],
    ['rate>=99.5/s', true, '100.0/s'],
    ['checks>98%', true, '99.00 %'],
    ['p99{GET /items}<10ms', true, '5.00 ms'],
    ['errors{GET /items}<1%', true, '0.00 %'],
    ['rate{GET /items}>=1/s', true, '1.0/s'],
    ['p99{GET /nothing}<10ms', false, undefined],
  ])('%s: met %s, measured %s', (text, met, observed) => {
    expect(judge(text)).toEqual({ text, met, observed })
  })

  it('names every one that cannot be read', () => {
    const texts = ['p95<200ms', 'p96<200ms', 'p95<200', 'errors<1', 'rate>100', 'checks{GET /}>1%', 'p95=1ms', '']
    expect(() => readThresholds(texts)).toThrow(
      expect.objectContaining({
        code: 'FD_LOAD_THRESHOLD',
        details: expect.objectContaining({
          given: texts
            .slice(1)
            .map((text) => `"${text}"`)
            .join(', '),
        }),
      }),
    )
  })

  it.each([
    ['p95<1ms', 4, false],
    ['p95<1ms', 5, true],
    ['rate>1/s', 100, false],
  ])('%s after %i s is a reason to stop: %s', (text, seconds, final) => {
    expect(isFinal(readThresholds([text])[0] as never, seconds)).toBe(final)
  })
})
