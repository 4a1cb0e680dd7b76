import { describe, expect, it } from 'vitest'
import { faultErrors } from '../../faults/errors.ts'
import { parseDrill } from '../file/drill-file.ts'
import type { Journal } from '../journal/journal.ts'
import type { Safety } from '../safety/safety.ts'
import { runDrill } from './run-drill.ts'
import type { DrillEvent } from './run-event.ts'
import { SmallWorld, type Twist } from './test-world.ts'

const DRILL = `
title: The store crashes
why: It must not matter
steadyState: [{ http: store, path: /ready }, { metric: 'min(up{service="store"})', is: "== 1" }]
load: none
method: [{ at: 0s, fault: kill, target: store }]
expectations: [{ steady: true, within: 20s }, { noOtherAlert: { except: [ServiceDown] } }]
`

/** The same with a shorter bound, for runs that last until it is over: they expect no alert. */
const BRIEF = DRILL.replace('within: 20s', 'within: 5s')

const production: Safety = { environment: 'production', confirmed: 'flag', abortWhen: [], onlyIf: [], maxReplicas: 1 }
const up = (operator: '==', value: number) => ({ metric: 'up', is: { operator, value } }) as const

async function drill(
  twist: Twist,
  text = DRILL,
): Promise<{ journal: Journal; events: DrillEvent[]; world: SmallWorld }> {
  const world = new SmallWorld(twist)
  await world.start()
  const events: DrillEvent[] = []
  try {
    const journal = await runDrill(parseDrill(text, 'drills/x.yaml', { services: ['store'] }), world, {
      seed: 1,
      gateTimeoutMs: 300,
      judgeLoad: () => ({ saturated: false, lagP99Ms: 0, latenessP99Ms: 0, busyRatio: 0 }),
      readMachine: async () => {
        const atMs = Date.now()
        return { atMs, stalledMs: 0, cpu: { cores: 2, busyMs: 0, stolenMs: 0 }, processes: [] }
      },
      onEvent: (event) => events.push(event),
    })
    return { journal, events, world }
  } finally {
    await world.stop()
  }
}

describe('a run on a system that demands something of it', { timeout: 60_000 }, () => {
  it('lifts everything and is aborted as soon as what the system names is true, and watches until all is well again', async () => {
    const safety = { ...production, abortWhen: [up('==', 0)] }
    const { journal, events, world } = await drill({ noResponder: true, safety })
    expect(journal).toMatchObject({ verdict: 'aborted', repairedBy: 'fault lifted' })
    expect(journal.reasons[0]).toBe('stopped: abortWhen: up == 0: up is 0')
    expect(world.lifts).toEqual(['f-1'])
    const lifted = journal.faults[0]?.lifted
    const aborted = journal.safety?.aborted
    expect(aborted?.why).toBe('abortWhen: up == 0: up is 0')
    expect(lifted?.liftedAtMs).toBeGreaterThanOrEqual(aborted?.atMs ?? Number.POSITIVE_INFINITY)
    expect(journal.stages.find(({ name }) => name === 'good again')?.atMs).not.toBeNull()
    const kinds = events.map(({ kind }) => kind)
    expect(kinds.indexOf('aborting')).toBeGreaterThan(-1)
    expect(kinds.indexOf('aborting')).toBeLessThan(kinds.indexOf('lifted'))
    expect(journal.safety).toMatchObject({
      environment: 'production',
      confirmed: 'flag',
      abortWhen: ['up == 0'],
      maxReplicas: 1,
    })
  })

  it('is aborted when its longest time is over', async () => {
    const { journal, world } = await drill({ noResponder: true, safety: { ...production, maxDurationMs: 3_000 } })
    expect(journal.verdict).toBe('aborted')
    expect(journal.reasons[0]).toContain('stopped: maxDuration: the run has lasted 3.00 s')
    expect(world.lifts).toEqual(['f-1'])
  })

  it.each<[string, Partial<Safety>, string]>([
    ['what would end it is true already', { abortWhen: [up('==', 1)] }, 'abortWhen is true already: up == 1: up is 1'],
    [
      'an alert that would end it has no rule',
      { abortWhen: [{ alert: { alert: 'Nothing', labels: {} } }] },
      'abortWhen: Nothing fires: no rule defines the alert Nothing',
    ],
    ['what must be true is not', { onlyIf: [up('==', 0)] }, 'onlyIf: up is 1, not == 0'],
  ])('does nothing while %s', async (_, demands, finding) => {
    const { journal, world } = await drill({ safety: { ...production, ...demands } })
    expect(journal).toMatchObject({ verdict: 'inconclusive', faults: [] })
    expect(journal.reasons).toContain(`the gate did not pass: ${finding}`)
    expect(world.lifts).toEqual([])
  })

  it('asks for what must be true before it does anything, and not again under its own users', async () => {
    const onlyIf = [{ metric: 'requests', is: { operator: '==', value: 0 } }] as const
    const text = BRIEF.replace('load: none', 'load: { journey: browse, users: 6, spawnRate: 60 }')
    const { journal } = await drill({ safety: { ...production, onlyIf } }, text)
    expect(journal.reasons.join()).not.toContain('onlyIf')
    expect(journal.load?.requests).toBeGreaterThan(0)
    expect(journal.faults).toHaveLength(1)
  })

  it('proves nothing where the system does not allow a step', async () => {
    const { journal } = await drill({ refuses: true, safety: production })
    expect(journal.verdict).toBe('inconclusive')
    expect(journal.reasons).toContain('refused: store: the quorum')
    expect(journal.safety?.refused).toEqual(['store: the quorum'])
  })

  it('proves nothing where the target refuses the fault, and names what would allow it', async () => {
    const refuses = faultErrors.error('FD_FAULT_REFUSED', { message: 'a single replica', next: 'allow it' })
    const { journal } = await drill({ refuses })
    expect(journal).toMatchObject({ verdict: 'inconclusive', reasons: ['refused: a single replica; allow it'] })
  })

  it('is as ever where the system demands nothing', async () => {
    const { journal } = await drill({}, BRIEF)
    expect(journal).toMatchObject({ verdict: 'held', safety: null })
  })
})
