import { describe, expect, it } from 'vitest'
import { type CheckFinding, checkLines } from './check-lines.ts'

const finding: CheckFinding = {
  status: 'bad',
  name: 'shop-1',
  detail:
    'http://127.0.0.1:3000/: no answer within 2000 ms, although the process that is to answer there runs as pid 812',
  tried: ['$PATH: there is no program of that name in any of the folders that it lists, from the first to the last'],
  help: [
    'let one time server set the clocks of both machines, of this one and of that on which Prometheus runs (NTP)',
    'kubectl --context lab --namespace shop label prometheusrule checkout release=kube-prometheus-stack',
    'alerting.alert_relabel_configs: [{ action: labeldrop, regex: NAME_OF_THE_LABEL_THAT_DIFFERS_EVERY_TIME }]',
  ],
}
const on = (stream: { isTTY: boolean; columns: number }) => checkLines(finding, { nameWidth: 14, stream })
/** Without colours. */
const plain = (lines: readonly string[]) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: styles begin with it
  lines.map((line) => line.replaceAll(/\x1b\w*\[[0-9;]*m/g, ''))

describe('what a check has found', () => {
  it('goes on below its own beginning on a terminal that has less room', () => {
    expect(plain(on({ isTTY: true, columns: 80 })).slice(0, 3)).toEqual([
      '✘ shop-1         http://127.0.0.1:3000/: no answer within 2000 ms, although the',
      '                 process that is to answer there runs as pid 812',
      '    tried  $PATH: there is no program of that name in any of the folders that it',
    ])
  })

  it('leaves a command and a line of YAML whole, since they are copied', () => {
    const lines = plain(on({ isTTY: true, columns: 80 }))
    const wide = lines.filter((line) => line.length > 80)
    expect(wide).toEqual(finding.help?.slice(1).map((line) => `    next   ${line}`))
  })

  it('is one line each in a file, and where a terminal has no room for a column of text', () => {
    const lines = on({ isTTY: false, columns: 80 })
    expect(lines).toHaveLength(5)
    expect(lines[0]).toBe(`✘ ${'shop-1'.padEnd(14)} ${finding.detail}`)
    expect(plain(on({ isTTY: true, columns: 30 }))).toEqual(lines)
  })
})
