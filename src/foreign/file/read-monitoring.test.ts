import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { parseSystem } from './system-file.ts'

const systemWith = (monitoring: string) =>
  parseSystem(
    `name: shop\n${monitoring}\nservices: { shop: { urls: ["http://shop:80"] } }\nenvironment: lab\n`,
    'firedrill.yaml',
  )

function problemsOf(monitoring: string): string[] {
  try {
    systemWith(monitoring)
  } catch (error) {
    if (error instanceof InvalidFileError)
      return error.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)
    throw error
  }
  return []
}

const AM = 'alertmanager: http://a:9093'

describe('the monitoring in firedrill.yaml', () => {
  it.each([
    ['one URL', 'http://p:1', { url: 'http://p:1' }],
    ['a list of replicas', '["http://p:1", "http://q:1"]', { url: 'http://p:1', replicas: ['http://q:1'] }],
    [
      'replicas with a token and headers',
      '{ urls: ["http://p:1", "http://q:1"], tokenFrom: TOKEN, headersFrom: { X-Scope-OrgID: TENANT } }',
      {
        url: 'http://p:1',
        replicas: ['http://q:1'],
        tokenFrom: 'TOKEN',
        headersFrom: { 'X-Scope-OrgID': 'TENANT' },
      },
    ],
    [
      'queries and rules at different places',
      '{ query: "http://vm:8428", rules: ["http://vmalert-1:8880", "http://vmalert-2:8880"] }',
      { url: 'http://vm:8428', rules: ['http://vmalert-1:8880', 'http://vmalert-2:8880'] },
    ],
  ])('names Prometheus by %s', (_, written, read) => {
    expect(systemWith(`prometheus: ${written}\n${AM}`)).toMatchObject({ prometheus: read, clocks: {} })
  })

  it('names the members of a cluster, and states clocks', () => {
    const system = systemWith(
      'prometheus: http://p:1\nalertmanager: ["http://a:9093/alertmanager", "http://b:9093/alertmanager"]\nclocks: { scrape: 15s, evaluation: 1m, groupWait: 0s }',
    )
    expect(system).toMatchObject({
      alertmanager: { url: 'http://a:9093/alertmanager', replicas: ['http://b:9093/alertmanager'] },
      clocks: { scrapeMs: 15_000, evaluationMs: 60_000, groupWaitMs: 0 },
    })
  })

  it.each([
    ['no URL', `prometheus: { tokenFrom: T }\n${AM}`, ['2 prometheus: has no URL']],
    ['two ways', `prometheus: { url: "http://p:1", query: "http://q:1" }\n${AM}`, ['2 prometheus: has url and query']],
    ['a list of nothing', `prometheus: []\n${AM}`, ['2 prometheus: empty']],
    ['a password', `prometheus: ["http://p:1", "http://me:secret@q:1"]\n${AM}`, ['2 prometheus[1]: not a http-url']],
    [
      'keys of Prometheus for Alertmanager',
      'prometheus: http://p:1\nalertmanager: { url: "http://a:1", rules: "http://r:1" }',
      ['3 alertmanager.rules: unknown key "rules"'],
    ],
    [
      'the value of a header',
      `prometheus: { url: "http://p:1", headersFrom: { X-Scope-OrgID: "team 1" } }\n${AM}`,
      ['2 prometheus.headersFrom.X-Scope-OrgID: not what is expected here'],
    ],
    [
      'clocks that do not tick',
      `prometheus: http://p:1\n${AM}\nclocks: { scrape: 0s, evaluation: often, wait: 1s }`,
      ['4 clocks.evaluation: not a duration', '4 clocks.wait: unknown key "wait"', '4 clocks.scrape: no time at all'],
    ],
  ])('is refused with its line: %s', (_, monitoring, problems) => {
    expect(problemsOf(monitoring).sort()).toEqual([...problems].sort())
  })
})
