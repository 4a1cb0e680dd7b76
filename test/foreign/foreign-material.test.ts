import { appendFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Site } from '../foreign-material/site.ts'

/**
 * Monitoring of systems that nobody here has made, in the manner of what many people run: `system check` names what stands in the way,
 * with the lines to paste; then a drill ends with a verdict that is true.
 */
describe.each([
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
])('a system in the manner of $material', ({ material, alwaysFiring, expected, received }) => {
  let site: Site
  beforeAll(async () => {
    site = await Site.start(material)
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
})
