import { describe, expect, it } from 'vitest'
import { reportBytes } from './report-bytes.ts'

describe('reportBytes', () => {
  it('says how much there is, then each tenth, and something at least every ten seconds', () => {
    let nowMs = 0
    const lines: string[] = []
    const progress = reportBytes(
      { bytes: 100e6, had: 0, from: 'a.example' },
      (text) => lines.push(text),
      () => nowMs,
    )
    for (const [ms, arrived] of [
      [1_000, 5e6],
      [2_000, 10e6],
      [3_000, 19e6],
      [12_000, 19.5e6],
      [13_000, 35e6],
      [20_000, 100e6],
    ] as const) {
      nowMs = ms
      progress(arrived)
    }
    expect(lines).toEqual([
      '100 MB from a.example',
      '10 % of 100 MB, 5.0 MB/s',
      '19 % of 100 MB, 1.6 MB/s',
      '35 % of 100 MB, 2.7 MB/s',
      '100 % of 100 MB, 5.0 MB/s',
    ])
  })

  it('says what is missing when an earlier download is continued', () => {
    const lines: string[] = []
    const progress = reportBytes(
      { bytes: 100e6, had: 40e6, from: 'a.example' },
      (text) => lines.push(text),
      () => 0,
    )
    progress(49e6)
    progress(50e6)
    expect(lines.map((line) => line.split(',')[0])).toEqual(['60 MB more of 100 MB from a.example', '50 % of 100 MB'])
  })
})
