import { appendFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Part, Site } from '../foreign-material/site.ts'
import { victoriaMetrics } from '../rules/victoria-metrics.ts'

const victoria = await victoriaMetrics()
if ('reason' in victoria) process.stderr.write(`VictoriaMetrics is not tested here: ${victoria.reason}\n`)

interface Material {
  material: string
  /** Default: one Alertmanager, one Prometheus. */
  parts?: readonly Part[]
  alwaysFiring: readonly string[]
  expected: string
  received: readonly object[]
}

const materials: readonly Material[] = [
  {
    material: 'dockprom',
    alwaysFiring: ['high_cpu_load', 'jenkins_down'],
    expected: 'monitor_service_down',
    received: [{ form: 'slack' }],
  },
  {
    material: 'kube-prometheus',
    alwaysFiring: ['KubeSchedulerDown'],
    expected: 'TargetDown',
    received: [{ form: 'alertmanager', receiver: 'Default' }],
  },
  {
    material: 'awesome-alerts',
    alwaysFiring: ['PrometheusAlertmanagerE2eDeadManSwitch', 'HostSwapIsFillingUp'],
    expected: 'PrometheusTargetMissing',
    received: [{ form: 'alertmanager', receiver: 'on-call' }, { form: 'slack' }],
  },
  {
    material: 'ha-pair',
    parts: ['alertmanager', 'prometheus', 'second'],
    alwaysFiring: ['NodeFilesystemAlmostOutOfSpace'],
    expected: 'ShopDown',
    received: [{ form: 'alertmanager', receiver: 'on-call' }],
  },
  ...('reason' in victoria
    ? []
    : [
        {
          material: 'victoria-metrics',
          parts: ['alertmanager', 'victoria', 'vmalert'] as const,
          alwaysFiring: ['NodeFilesystemAlmostOutOfSpace'],
          expected: 'ShopDown',
          received: [{ form: 'alertmanager', receiver: 'on-call' }],
        },
      ]),
]

/**
 * Monitoring of systems that nobody here has made, in the manner of what many people run: `system check` names what stands in the way,
 * with the lines to paste; then a drill ends with a verdict that is true.
 */
describe.each(materials)(
  'a system in the manner of $material',
  ({ material, parts, alwaysFiring, expected, received }) => {
    let site: Site
    beforeAll(async () => {
      site = await Site.start(material, parts)
      await site.untilFires(...alwaysFiring)
    })
    afterAll(() => site.stop())

    it('is found to have alerts that always fire, each named, and lines that ignore them', async () => {
      const { findings } = await site.check()
      const lines = findings.flatMap(({ detail, help, paste = [] }) => [detail, ...help, ...paste])
      for (const name of alwaysFiring) expect(lines.join('\n')).toContain(name)
      expect(lines.join('\n')).toContain('ignore')
    })

    it('proves nothing while they count: the gate names them', async () => {
      const journal = await site.drill()
      expect(journal.verdict, journal.reasons.join('\n')).toBe('inconclusive')
      for (const name of alwaysFiring) expect(journal.reasons.join('\n')).toContain(name)
      expect(journal.faults).toEqual([])
    })

    it('has a copy of each notification arrive, as a synthetic alert proves', async () => {
      const { findings } = await site.check(['--prove', '--label', 'severity=critical'])
      const proof = findings.filter(({ name }) => name === 'receiver').at(-1)
      expect(proof?.detail).toContain('a copy of FiredrillSyntheticAlert arrived')
    })

    it('holds when they are ignored: the app crashes, and its people are notified', async () => {
      const { findings } = await site.check()
      const lines = findings.flatMap(({ name, paste = [] }) => (name === 'receiver' ? [] : paste))
      await appendFile(site.file('firedrill.yaml'), `\n${lines.join('\n')}\n`)
      const journal = await site.drill()
      expect(journal.verdict, journal.reasons.join('\n')).toBe('held')
      const at = (name: string) => journal.stages.find((stage) => stage.name === name)?.atMs ?? null
      expect(at('firing'), JSON.stringify(journal.stages, null, 1)).not.toBeNull()
      expect(at('received'), JSON.stringify(journal.stages, null, 1)).not.toBeNull()
      expect(journal.mttdStage).toBeUndefined()
      expect(journal.mttdMs).toBe((at('received') ?? 0) - (at('injected') ?? 0))
      const about = (journal.received ?? []).filter(
        ({ alertname, text = '' }) => alertname === expected || text.includes(expected),
      )
      expect(about).toEqual(expect.arrayContaining(received.map((one) => expect.objectContaining(one))))
    })
  },
)

/** Both of a pair send alerts, and their people are notified once only where nothing distinguishes the two. */
describe('a pair of Prometheus with a label for each', () => {
  let site: Site
  beforeAll(async () => {
    site = await Site.start('ha-pair', ['alertmanager', 'prometheus', 'second'])
    // Nothing fires but what the drill makes fire.
    await site.writeFile('exporter.prom', (text) => text.replace('1e9', '9e11'))
    await site.untilQuery('node_filesystem_avail_bytes > 1e11')
  })
  afterAll(() => site.stop())

  it('is found to send each alert twice, with what takes the label away', async () => {
    const { exitCode, findings } = await site.check()
    expect(exitCode).toBe(6)
    const found = findings.find(({ name, status }) => name === 'labels' && status === 'bad')
    expect(found?.detail).toMatch(
      /send other labels, .*replica="a".* and .*replica="b".*: each alert arrives once from each/,
    )
    expect(found?.help.join()).toContain('alert_relabel_configs: [{ action: labeldrop')
  })

  it('holds in a drill once nothing distinguishes them: one alert, with the label of both', async () => {
    for (const [part, name] of [
      ['prometheus', 'prometheus.yml'],
      ['second', 'second.yml'],
    ] as const) {
      await site.edit(part, name, (text) =>
        text.replace(
          '  alertmanagers:',
          '  alert_relabel_configs: [{ action: labeldrop, regex: replica }]\n  alertmanagers:',
        ),
      )
    }
    expect((await site.check()).findings.filter(({ status }) => status === 'bad')).toEqual([])
    const journal = await site.drill()
    expect(journal.verdict, journal.reasons.join('\n')).toBe('held')
    const down = journal.series?.alerts.filter(({ alertname }) => alertname === 'ShopDown') ?? []
    expect(down.map(({ labels }) => labels.cluster)).toEqual(['eu-1'])
    expect(down[0]?.labels.replica).toBeUndefined()
    expect((journal.received ?? []).filter(({ alertname }) => alertname === 'ShopDown')).toHaveLength(1)
  })

  it('is refused with a label of another value than both add, before anything is done', async () => {
    await site.writeFile('drills/app-crash.yaml', (text) => text.replace('cluster: eu-1', 'cluster: eu-2'))
    const { journal, error, exitCode } = await site.runDrill('drills/app-crash.yaml')
    expect([journal, exitCode === 0]).toEqual([undefined, false])
    expect(error?.message).toContain('no rule of ShopDown gives it {cluster="eu-2"}; they give {cluster="eu-1"}')
  })
})

describe.skipIf('reason' in victoria)('vmalert, which shows the label that it adds at its rules', () => {
  let site: Site
  beforeAll(async () => {
    site = await Site.start('victoria-metrics', ['alertmanager', 'victoria', 'vmalert'])
    await site.untilFires('NodeFilesystemAlmostOutOfSpace')
  })
  afterAll(() => site.stop())

  it('is found to add another one than the scope of the system has', async () => {
    await site.writeFile('firedrill.yaml', (text) => `${text}\nalerts: { scope: { cluster: eu-2 } }\n`)
    const { findings } = await site.check()
    const found = findings.find(({ name, status }) => name === 'alerts' && status === 'bad')
    expect(found?.detail).toContain('alerts reach Alertmanager with {cluster="eu-1"}: every alert is out of scope')
    expect(found?.paste?.join('\n')).toContain('cluster: eu-1')
  })

  it('is refused in a drill whose alert the scope leaves out, before anything is done', async () => {
    const { journal, error } = await site.runDrill('drills/app-crash.yaml')
    expect(journal).toBeUndefined()
    expect(error?.message).toContain('cluster="eu-1"}: out of scope: alerts.scope is {cluster="eu-2"}')
  })

  it('is refused in a drill that expects another label than it adds', async () => {
    await site.writeFile('drills/app-crash.yaml', (text) => text.replace('cluster: eu-1', 'cluster: eu-2'))
    const { journal, error } = await site.runDrill('drills/app-crash.yaml')
    expect(journal).toBeUndefined()
    expect(error?.message).toContain('no rule of ShopDown gives it {cluster="eu-2"}; they give {cluster="eu-1"}')
  })
})
