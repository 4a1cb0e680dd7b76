import { describe, expect, it } from 'vitest'
import { amount, amountMs, amountPercent, sparkline } from '../text/amounts.ts'
import { compareRuns, comparisonNotes } from './compare.ts'
import { historyCsv } from './csv.ts'
import { loadHtml } from './html.ts'
import { plainLine, resultLines, stateLines } from './table.ts'
import { madeUpResult } from './test-result.ts'

const golden = (name: string) => `../../../test/golden/load/${name}`
const result = madeUpResult()

describe('the reports of a load', () => {
  it('are these on a terminal (npm run golden refreshes)', async () => {
    const text = [
      ...stateLines(result, { color: false }),
      '',
      plainLine(result),
      '',
      ...resultLines(result, { color: false, folder: 'loads/x' }),
    ]
    await expect(`${text.join('\n')}\n`).toMatchFileSnapshot(golden('terminal.txt'))
  })

  it('are this page and these lines', async () => {
    await expect(loadHtml(result)).toMatchFileSnapshot(golden('report.html'))
    await expect(historyCsv(result)).toMatchFileSnapshot(golden('history.csv'))
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['\t=1+1', '"\'\t=1+1"'],
    ['\r=1+1', '"\'\r=1+1"'],
    ['  @SUM(A1)', "'  @SUM(A1)"],
    ['a\rb', '"a\rb"'],
    ['a,"b"\n', '"a,""b""\n"'],
    ['GET /items', 'GET /items'],
  ])('hands no formula and no line to a spreadsheet: %j', (name, field) => {
    const [second] = result.history
    if (second === undefined) throw new Error('a run has seconds')
    const counts = { requests: 1, failures: 0, latencyMs: null }
    const csv = historyCsv({ history: [{ ...second, endpoints: { [name]: counts } }] })
    expect(csv).toContain(`,${field},`)
  })

  it('escape what journeys name', () => {
    const page = loadHtml({ ...result, setting: { ...result.setting, journey: '<script>alert(1)</script>' } })
    expect(page).not.toContain('<script>alert')
    expect(page).toContain('the amount is &lt;booked&gt;')
  })

  it('need nothing from elsewhere', () => {
    expect(loadHtml(result)).not.toMatch(/(src|href)=|@import|url\(/)
  })

  it('show a long run with at most 600 points, the slowest of each stretch', () => {
    const page = loadHtml(madeUpResult({ seconds: 1_200 }))
    const [points = ''] = /data-points="([^"]*)"/.exec(page)?.slice(1) ?? []
    expect(JSON.parse(points.replaceAll('&quot;', '"'))).toHaveLength(600)
  })
})

describe('compareRuns', () => {
  it('says by how much each figure changed', () => {
    const differences = compareRuns(result, madeUpResult({ slower: 2 }))
    const all = differences.filter(({ endpoint }) => endpoint === 'all')
    expect(all.map(({ metric, change }) => [metric, change === null ? null : Math.round(change * 100)])).toEqual([
      ['rate', 0],
      ['errors', 0],
      ['p50', 100],
      ['p95', 100],
      ['p99', 100],
      ['max', 100],
    ])
    expect(differences.map(({ endpoint }) => endpoint)).toContain('GET /items/:key')
  })

  it('warns of runs that do not compare', () => {
    const other = { ...result, outcome: 'saturated' as const, setting: { ...result.setting, journey: 'trade' } }
    expect(comparisonNotes(result, other)).toEqual([
      'the journeys differ: browse and trade',
      'the second run was saturated',
    ])
  })
})

describe('amounts', () => {
  it.each([
    [amountMs(0.844), '0.84 ms'],
    [amountMs(12.34), '12.3 ms'],
    [amountMs(210.4), '210 ms'],
    [amountMs(1_320), '1.32 s'],
    [amount(12_345.4), '12,345'],
    [amountPercent(0), '0 %'],
    [amountPercent(0.0001), '0.010 %'],
    [amountPercent(0.125), '12.5 %'],
    [sparkline([0, 1, 4, 8]), ' ▂▅█'],
    [sparkline([]), ''],
  ])('reads %s', (text, expected) => expect(text).toBe(expected))
})
