import { describe, expect, it } from 'vitest'
import { isWanted, type LogLevel, type LogLine, readLog } from './log-lines.ts'

describe('a line of a log', () => {
  it.each<[string, string, LogLevel, string]>([
    [
      'of a service',
      '{"level":50,"time":1700000000000,"pid":7,"msg":"lost","code":"FD_X"}',
      'error',
      'lost  code=FD_X',
    ],
    [
      'of Prometheus',
      'time=2026-01-01T00:00:00Z level=WARN msg="slow"',
      'warn',
      'time=2026-01-01T00:00:00Z level=WARN msg="slow"',
    ],
    [
      'of PostgreSQL',
      '2026-01-01 [7] FATAL:  the database shuts down',
      'error',
      '2026-01-01 [7] FATAL:  the database shuts down',
    ],
    ['that begins like JSON', '{ no json', 'info', '{ no json'],
  ])('%s is read', (_, line, level, text) => {
    expect(readLog([line])[0]).toMatchObject({ level, text })
  })

  it('has the stack of its error below it, line by line, and the fields of the error behind the message', () => {
    const err = {
      type: 'Error',
      message: 'refused',
      code: 'ECONNREFUSED',
      stack: 'Error: refused\n    at connect (net.js:1:2)',
    }
    const line = JSON.stringify({ level: 50, msg: 'a query failed', err })
    expect(readLog([line])[0]).toMatchObject({
      text: 'a query failed  err=refused  err.code=ECONNREFUSED',
      more: 'Error: refused\n    at connect (net.js:1:2)',
    })
    const alone = JSON.stringify({ level: 50, msg: 'refused', err })
    expect(readLog([alone])[0]?.text).toBe('refused  err.code=ECONNREFUSED')
  })

  it('takes the indented lines that follow it', () => {
    const read = readLog(['Error: lost', '    at a (a.js:1:1)', '    at b (b.js:1:1)', 'next'])
    expect(read.map(({ text, more }) => [text, more])).toEqual([
      ['Error: lost', '    at a (a.js:1:1)\n    at b (b.js:1:1)'],
      ['next', undefined],
    ])
    expect(isWanted(read[0] as LogLine, { least: 'info', text: 'b.js' })).toBe(true)
    expect(isWanted(read[1] as LogLine, { least: 'info', text: 'b.js' })).toBe(false)
  })

  it('has the time that a service has written', () => {
    expect(readLog(['{"level":30,"time":1700000000000,"msg":"up"}'])[0]?.atMs).toBe(1_700_000_000_000)
  })

  it('has a key of its own, also where another has the same text', () => {
    expect(new Set(readLog(['same', 'same', 'other']).map(({ key }) => key)).size).toBe(3)
  })
})

it('isWanted filters by level and by text, in any case of letters', () => {
  const lines = readLog(['level=error Disk full', 'level=info disk read', 'level=error Network gone'])
  const texts = lines.filter((line) => isWanted(line, { least: 'warn', text: 'disk' })).map(({ text }) => text)
  expect(texts).toEqual(['level=error Disk full'])
})
