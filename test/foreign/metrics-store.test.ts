import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAccess } from '../../src/api/client/connect-system.ts'
import type { StackView } from '../../src/api/contract.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { Prometheus } from '../../src/probes/prometheus.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'
import { FiredrillFolder, replicaOf } from '../e2e/firedrill.ts'
import { RealMonitoring } from '../rules/real-monitoring.ts'
import { victoriaMetrics } from '../rules/victoria-metrics.ts'

const found = await victoriaMetrics()
if ('reason' in found) process.stderr.write(`VictoriaMetrics is not tested here: ${found.reason}\n`)

const bounded = { timeoutMs: 10_000 }
const LOGIN = { USERNAME: 'firedrill', PASSWORD: 'of-the-store' }

/** A stack whose Prometheus writes to a real VictoriaMetrics, from which drills and the console read. */
describe.skipIf('reason' in found)('a stack whose samples are read from VictoriaMetrics', () => {
  let others: RealMonitoring
  let victoria: ChildProcess
  let url: string
  let folder: FiredrillFolder
  let stack: StackView
  beforeAll(async () => {
    if ('reason' in found) return
    others = await RealMonitoring.create()
    url = `http://127.0.0.1:${await others.freePort()}`
    victoria = others.run(found['victoria-metrics'], [
      `-httpListenAddr=${new URL(url).host}`,
      `-storageDataPath=${others.folder}/victoria`,
      `-httpAuth.username=${LOGIN.USERNAME}`,
      `-httpAuth.password=${LOGIN.PASSWORD}`,
    ])
    await others.answers(`${url}/health`)
    folder = await FiredrillFolder.create()
    const settings = Object.entries({ REMOTE_WRITE: `${url}/api/v1/write`, METRICS: url }).flatMap(([name, at]) => [
      [`FIREDRILL_${name}_URL`, at] as const,
      ...Object.entries(LOGIN).map(([part, value]) => [`FIREDRILL_${name}_${part}`, value] as const),
    ])
    folder.env = Object.fromEntries(settings)
    stack = await folder.up()
  }, 300_000)
  afterAll(async () => {
    await folder?.remove()
    await others?.close()
  }, 60_000)

  const prometheusWith = async (env: NodeJS.ProcessEnv) =>
    new Prometheus(
      replicaOf(stack, 'prometheus-1').url,
      (await readAccess(new StateFolder(folder.path), env)).prometheus,
    )
  const drill = async () => {
    const { stdout, stderr } = await folder.run(['run', 'drills/store-crash.yaml', '--busy', '--json', '--seed', '7'])
    if (!stdout.startsWith('{')) throw new Error(`no journal: ${stderr}`)
    return JSON.parse(stdout) as Journal
  }

  it('holds in the shipped drill, with the times of the samples of Prometheus', async () => {
    const journal = await drill()
    expect(journal.verdict, journal.reasons.join('\n')).toBe('held')
    expect(journal.reasons).toContainEqual(
      expect.stringMatching(`^samples were read from the metrics store at ${url}, which was at most .* behind`),
    )
    const own = await prometheusWith({})
    const up = await own.samples('up{service="store"}', 300_000, bounded)
    const seen = journal.stages.find(({ name }) => name === 'seen')
    const down = up.flatMap(({ samples }) => samples.filter(({ value }) => value === 0))
    expect(down.map(({ atMs }) => Math.max(atMs, journal.stages[0]?.atMs ?? 0))).toContain(seen?.atMs)
    expect(journal.mttrMs).toBeGreaterThan(journal.stages.find(({ name }) => name === 'seen')?.sinceInjectedMs ?? 0)
    for (const { byEvents, byRules, objective } of journal.budgets) {
      if (byEvents === null || byRules === null || byEvents.total < 100) continue
      expect(byEvents.total / byRules.total, objective).toBeCloseTo(1, 0)
    }
  }, 180_000)

  it('has the figures that Prometheus has, at the same moment', async () => {
    const [own, kept] = [await prometheusWith({}), await prometheusWith(folder.env)]
    const atMs = Date.now()
    expect(await kept.store?.caughtUp(atMs, {})).toBeUndefined()
    for (const expression of [
      'count(up == 1)',
      'sum by (sloth_id) (slo:objective:ratio)',
      'sum by (sloth_id) (sum_over_time(slo:period_total_events:count[20s]))',
      'sum by (service) (http_requests_total)',
    ]) {
      const valuesOf = async (prometheus: Prometheus) =>
        new Map(
          (await prometheus.queryAt(expression, atMs, bounded)).map(({ labels, value }) => [
            JSON.stringify(labels),
            value,
          ]),
        )
      const [mine, theirs] = [await valuesOf(own), await valuesOf(kept)]
      expect([...theirs.keys()].sort(), expression).toEqual([...mine.keys()].sort())
      expect(mine.size, expression).toBeGreaterThan(0)
      for (const [labels, value] of mine) {
        const other = theirs.get(labels) ?? Number.NaN
        // A window of VictoriaMetrics begins with the sample before it.
        expect(Math.abs(other - value), `${expression} ${labels}`).toBeLessThanOrEqual(0.1 * Math.abs(value) + 0.1)
      }
    }
  }, 60_000)

  it('proves nothing while the store hangs in the middle of a run, and the console says that it does', async () => {
    const { printed } = await folder.runUntil(['run', 'drills/store-crash.yaml', '--busy'], 'injected', async () => {
      victoria.kill('SIGSTOP')
    })
    try {
      expect(printed).toMatch(/VERDICT {2}inconclusive/)
      expect(printed).toContain(`the metrics store at ${url}`)
      await waitUntil(
        async () => {
          const { troubles } = await folder.stack()
          return troubles.some(({ kind }) => kind === 'metrics') ? done(undefined) : notYet(JSON.stringify(troubles))
        },
        { what: 'the trouble of the store', timeoutMs: 60_000, intervalMs: 500 },
      )
    } finally {
      victoria.kill('SIGCONT')
    }
    await waitUntil(
      async () => {
        const { troubles } = await folder.stack()
        return troubles.length === 0 ? done(undefined) : notYet(JSON.stringify(troubles))
      },
      { what: 'the trouble to end', timeoutMs: 120_000, intervalMs: 500 },
    )
  }, 300_000)

  it('does not begin where the login of the store is wrong', async () => {
    const { stdout } = await folder.run(['run', 'drills/store-crash.yaml', '--json'], {
      env: { FIREDRILL_METRICS_PASSWORD: 'of-another' },
    })
    const journal = JSON.parse(stdout) as Journal
    expect(journal.verdict).toBe('inconclusive')
    expect(journal.reasons[0]).toContain(`the metrics store at ${url}: answered 401`)
    expect(journal.faults).toEqual([])
  }, 120_000)
})
