import { describe, expect, it } from 'vitest'
import type { LoadResult } from '../../load/result/result.ts'
import type { WorkerFigures } from '../../load/result/worker-tally.ts'
import { loadHtml } from './html.ts'
import { resultLines } from './table.ts'
import { madeUpResult } from './test-result.ts'

const worker: WorkerFigures = {
  name: 'load1:9292',
  threads: 4,
  clock: { offsetMs: -12.34, errorMs: 0.21 },
  startedLateMs: 0,
  lost: null,
  users: 20,
  requests: 1_200,
  failures: 0,
  latencyMs: { mean: 3, p50: 2, p90: 4, p95: 5, p99: 9, p999: 11, max: 12 },
  busyRatio: 0.42,
  saturation: { saturated: false, lagP99Ms: 1, latenessP99Ms: 1.5, busyRatio: 0.42 },
}
const lost: WorkerFigures = {
  ...worker,
  name: '<b>load2</b>',
  clock: null,
  latencyMs: null,
  users: 0,
  requests: 7,
  lost: 'gone',
}
const result: LoadResult = { ...madeUpResult(), workers: [worker, lost] }

describe('the workers of a load', () => {
  it('have a row each, with what their clock shows more than ours, and whether they were lost', () => {
    const lines = resultLines(result, { color: false })
    const head = lines.findIndex((line) => line.startsWith('  worker '))
    expect(lines.slice(head, head + 3)).toEqual([
      '  worker        threads  users  requests  failed   rate      p50      p99     late    busy           clock',
      '  load1:9292          4     20     1,200       0  100/s  2.00 ms  9.00 ms  1.50 ms  42.0 %  -12.3 ± 0.2 ms',
      '  <b>load2</b>        4      0         7       0  0.6/s        -        -  1.50 ms  42.0 %         unknown  lost',
    ])
    expect(resultLines(madeUpResult(), { color: false }).join('\n')).not.toContain('worker')
  })

  it('stand in the report, where a lost one is marked and a name is text', () => {
    const page = loadHtml(result)
    expect(page).toContain('1 thread of 2 workers')
    expect(page).toMatch(/<tr class="bad"><td>&lt;b&gt;load2/)
    expect(loadHtml(madeUpResult())).not.toContain('Workers')
  })
})
