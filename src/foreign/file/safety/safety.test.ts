import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../../base/files/file-problem.ts'
import { abortText, startText } from '../../../drills/safety/safety.ts'
import { parseSystem } from '../system-file.ts'

const REST = `
prometheus: http://p:1
alertmanager: http://a:1
services:
  shop:
    urls: ["http://shop:1", "http://shop:2"]
    compose: { project: shop, service: web }
`
const read = (lines: string) => parseSystem(`name: shop\n${lines}${REST}`, 'firedrill.yaml')

function problemsOf(lines: string): string[] {
  try {
    read(lines)
  } catch (error) {
    if (!(error instanceof InvalidFileError)) throw error
    return error.problems.map(
      ({ line, path, message, next }) => `${line} ${path}: ${message}${next ? ` (${next})` : ''}`,
    )
  }
  return []
}

describe('what firedrill.yaml demands of runs', () => {
  it('is read with its conditions, bounds and quorum', () => {
    const { safety, services } = parseSystem(
      `name: shop
environment: production
abortWhen: [{ metric: sum(errors) or vector(0), is: "> 5" }, { alert: Down, labels: { team: shop } }]
onlyIf: ["budget > 20%", { metric: up, is: "== 1" }]
maxDuration: 10m
maxReplicas: 1${REST}    quorum: 1\n`,
      'firedrill.yaml',
    )
    expect(safety).toMatchObject({ environment: 'production', maxDurationMs: 600_000, maxReplicas: 1 })
    expect(safety.abortWhen.map(abortText)).toEqual(['sum(errors) or vector(0) > 5', 'Down{team="shop"} fires'])
    expect(safety.onlyIf.map(startText)).toEqual(['budget > 20 %', 'up == 1'])
    expect(services[0]?.quorum).toBe(1)
  })

  it('is nothing in a lab, and nothing ends a run with `none`', () => {
    expect(read('environment: lab').safety).toEqual({ environment: 'lab', abortWhen: [], onlyIf: [] })
    const production = 'environment: production\nabortWhen: none\nmaxDuration: 1m\nmaxReplicas: 2'
    expect(read(production).safety.abortWhen).toEqual([])
  })

  it('takes one condition for a start without a list', () => {
    expect(read('environment: lab\nonlyIf: budget > 12.5%').safety.onlyIf).toEqual([{ aboveRatio: 0.125 }])
  })

  it('shows the line to add where the environment is missing', () => {
    expect(problemsOf('')).toEqual([
      '1 : "environment" is missing: what is this system to its people? (add the line: environment: lab)',
    ])
  })

  it('is required on production: each safeguard that is missing is named at once', () => {
    const problems = problemsOf('environment: production')
    expect(problems).toHaveLength(3)
    for (const key of ['abortWhen', 'maxDuration', 'maxReplicas'])
      expect(
        problems.some((text) => text.includes(`"${key}" is missing`)),
        key,
      ).toBe(true)
    expect(problemsOf('environment: staging')).toEqual([])
  })

  it('reports every mistake with its line', () => {
    const problems = problemsOf(`environment: prod
abortWhen:
  - { metric: up, is: five }
  - { alrt: Down }
onlyIf: ["budget > 200%", { metric: up }, 5]
maxDuration: soon
maxReplicas: 0`)
    for (const start of [
      '2 environment: ',
      '4 abortWhen[0].is: not a comparison',
      '5 abortWhen[1]: none of the known kinds (did you mean alert?)',
      '6 onlyIf[0]: not a condition',
      '6 onlyIf[1]: "is" is missing',
      '6 onlyIf[2]: not a condition',
      '7 maxDuration: not a duration',
      '8 maxReplicas: out of range',
    ])
      expect(
        problems.some((text) => text.startsWith(start)),
        `${start}\n${problems.join('\n')}`,
      ).toBe(true)
    expect(problems).toHaveLength(8)
  })

  it('refuses a quorum of more replicas than there are, and conditions that are not a list', () => {
    expect(problemsOf('environment: lab\nabortWhen: never')).toEqual(['3 abortWhen: not what is expected here'])
    const text = `name: shop\nenvironment: lab${REST}    quorum: 3\n`
    expect(() => parseSystem(text, 'x.yaml')).toThrow('1 problem')
  })
})
