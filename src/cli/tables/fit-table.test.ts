import { describe, expect, it } from 'vitest'
import { fitTable } from './fit-table.ts'

const terminal = (columns: number) => ({ stream: { isTTY: true, columns } as const })
const rows = [
  ['NAME', 'STATE', 'URL', 'WHAT IT IS'],
  ['store-1', 'healthy', 'http://127.0.0.1:8000', 'items and transactions, with what they need'],
  ['worker-1', '-', 'http://127.0.0.1:9100', 'batches'],
]
const longest = (lines: readonly string[]) => Math.max(...lines.map((line) => line.length))

describe('a table on a terminal', () => {
  it('is as it is where it has room, and in a file', () => {
    const whole = fitTable(rows, terminal(200))
    expect(whole).toHaveLength(3)
    expect(fitTable(rows, { stream: { isTTY: false, columns: 20 } })).toEqual(whole)
  })

  it('goes on below its last column where it has less', () => {
    const lines = fitTable(rows, terminal(70))
    expect(longest(lines)).toBeLessThanOrEqual(70)
    expect(lines[2]).toMatch(/^ {40,}(with )?what they need$/)
  })

  it('loses the column that only explains the others', () => {
    const lines = fitTable(rows, { ...terminal(48), lastMayGo: true })
    expect(longest(lines)).toBeLessThanOrEqual(48)
    expect(lines).toHaveLength(3)
    expect(lines[1]).toContain('http://127.0.0.1:8000')
  })

  it('is a paragraph a row where the columns have no room beside each other', () => {
    expect(fitTable(rows, terminal(30))).toEqual([
      'store-1  healthy',
      '  http://127.0.0.1:8000',
      '  items and transactions, with',
      '  what they need',
      'worker-1',
      '  http://127.0.0.1:9100',
      '  batches',
    ])
  })
})
