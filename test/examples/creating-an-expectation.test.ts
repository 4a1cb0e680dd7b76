import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { createSchemaCheck } from '../../src/base/schema/schema-check.ts'
import { parseYamlSource } from '../../src/base/yaml/yaml-source.ts'
import { renderedClocks } from '../../src/drills/clocks/rule-clocks.ts'
import { composeJournal } from '../../src/drills/conclude/compose-journal.ts'
import { parseDrill } from '../../src/drills/file/drill-file.ts'
import { publishedDrillSchema } from '../../src/drills/file/schema/published-schema.ts'
import { journalSchema } from '../../src/drills/journal/journal.ts'
import { factsAt, incidentAt, ZERO_MS } from '../../src/drills/judge/test-facts.ts'
import { MethodRunner } from '../../src/drills/method/method-runner.ts'
import { planDrill } from '../../src/drills/plan.ts'
import type { SystemUnderDrill } from '../../src/drills/system.ts'
import { SourceHealth } from '../../src/drills/watch/source-health.ts'
import { markdown } from '../../src/reporters/markdown.ts'
import { profiles } from '../../src/stack/profile.ts'
import { defaultSettings } from '../../src/stack/settings.ts'

// What the guide asks for besides the two files: a line in each map.
vi.mock('../../src/drills/expectations/expectations.ts', async (original) => {
  const { expectations } = await original<typeof import('../../src/drills/expectations/expectations.ts')>()
  const { actionsAtMost } = await import('./actions-at-most.ts')
  return { expectations: { ...expectations, actionsAtMost } }
})
vi.mock('../../src/drills/actions/actions.ts', async (original) => {
  const { actions } = await original<typeof import('../../src/drills/actions/actions.ts')>()
  const { rollingRestart } = await import('./rolling-restart.ts')
  return { actions: { ...actions, rollingRestart } }
})

const drillText = (expectation: string, step = 'action: rollingRestart, target: store') => `
title: A deployment
why: Users must not feel it
steadyState: [{ http: store, path: /ready }]
load: none
method: [{ at: 0s, ${step} }]
watch: 5s
expectations: [${expectation}]
`

function problemOf(text: string): string {
  try {
    parseDrill(text, 'x.yaml')
  } catch (error) {
    return (error as { format(): string }).format()
  }
  return 'no problem'
}

/** Two replicas of the store, and what was asked of them. */
function makeSystem(calls: string[]): SystemUnderDrill {
  const services = [{ name: 'store', replicas: [{ id: 'store-1' }, { id: 'store-2' }] }]
  const system: Partial<SystemUnderDrill> = {
    describe: async () => ({ services }) as unknown as Awaited<ReturnType<SystemUnderDrill['describe']>>,
    restart: async ({ replica }) => void calls.push(`restart ${replica}`),
  }
  return system as SystemUnderDrill
}

const noSources = { prometheus: undefined as never, evidence: () => undefined }

describe('an expectation and an action of your own, with a file and a line in the map each', () => {
  it('are read from a drill file, and slips are reported with their place', () => {
    const drill = parseDrill(drillText('{ actionsAtMost: 1 }'), 'x.yaml')
    expect(drill.expectations[0]).toMatchObject({ kind: 'actionsAtMost', text: 'at most 1 actions', withinMs: null })
    expect(drill.method[0]).toMatchObject({ action: { text: 'restart store, one replica after the other' } })
    expect(problemOf(drillText('{ actionsAtMost: many }'))).toContain('expectations[0].actionsAtMost: wrong type')
    expect(problemOf(drillText('{ actionAtMost: 1 }'))).toContain('did you mean actionsAtMost?')
    expect(problemOf(drillText('{ actionsAtMost: 1 }', 'action: rolingRestart, target: store'))).toContain(
      'did you mean rollingRestart?',
    )
    expect(problemOf(drillText('{ actionsAtMost: 1 }', 'action: rollingRestart, target: stor'))).toContain(
      'method[0].target: unknown service "stor"',
    )
  })

  it('are in the schema that editors use', () => {
    const schema = JSON.stringify(publishedDrillSchema())
    expect(schema).toContain('Repairs of the responder in the whole run')
    expect(schema).toContain('"const":"rollingRestart"')
  })

  it('are planned', () => {
    const { lab: profile } = profiles
    const alertRules = renderedClocks(profile, defaultSettings)
    const services = [{ name: 'store', maxReplicas: 4 }]
    const context = { profile, alertRules, services, faultHost: {}, live: false }
    expect(planDrill(parseDrill(drillText('{ actionsAtMost: 1 }'), 'x.yaml'), context)).toMatchObject({
      steps: [{ text: 'restart store, one replica after the other', due: 'at 0 ms' }],
      expectations: [{ kind: 'actionsAtMost', floor: null }, { kind: 'noOtherAlert' }],
      refusals: [],
    })
  })

  it('are carried out, judged, and reported', async () => {
    const facts = factsAt(5_000, drillText('{ actionsAtMost: 0 }'))
    const calls: string[] = []
    const method = new MethodRunner(makeSystem(calls), facts.drill.method, new AbortController().signal)
    await method.begin(Date.now(), noSources, { onError: (error) => expect.fail(String(error)) })
    expect(calls).toEqual(['restart store-1', 'restart store-2'])
    expect(method.steps).toMatchObject([
      { kind: 'action', ok: true, detail: 'store-1, store-2 restarted', putBack: null },
    ])

    const actions = [{ action: 'restart', target: 'store-1', actingAtMs: ZERO_MS + 310 }]
    facts.observations.incidents = [incidentAt(300, { actions })]
    const journal = composeJournal({
      drill: facts.drill,
      startedAtMs: ZERO_MS - 5_000,
      seed: 1,
      description: undefined,
      profile: profiles.lab,
      floor: facts.floor,
      gate: { clean: true, findings: [], tolerated: [] },
      calmFindings: [],
      machine: null,
      aborted: undefined,
      errors: [],
      refused: [],
      unmonitored: [],
      safetyAbort: undefined,
      facts,
      method,
      budgets: [],
      series: null,
      load: undefined,
      brokenLoad: [],
      saturation: undefined,
      loadEndedAtMs: ZERO_MS + 5_000,
      health: new SourceHealth(),
      events: [],
      phases: [],
    })
    expect(createSchemaCheck()(journalSchema, journal, { path: [], source: parseYamlSource('{}') })).toEqual([])
    expect(journal).toMatchObject({ verdict: 'deviated' })
    expect(journal.reasons[0]).toBe('missed: at most 0 actions (1 actions)')
    expect(journal.expectations[0]?.samples).toEqual([
      { atMs: ZERO_MS + 310, source: 'incident i-1', value: 'restart store-1', passes: false },
    ])
    expect(markdown.render([journal])).toContain('at most 0 actions')
  })
})

describe('docs/creating-an-expectation.md', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  // The examples live here so that they are compiled and run; a reader writes them where the others are.
  const moved = (folder: string): [string, string][] => [
    [`../../src/drills/${folder}/`, './'],
    ['../../src/drills/', '../'],
  ]
  it.each([
    ['test/examples/actions-at-most.ts', moved('expectations')],
    ['test/examples/actions-at-most.test.ts', moved('expectations')],
    ['test/examples/rolling-restart.ts', moved('actions')],
    ['src/drills/actions/restart.ts', []],
    ['src/drills/conditions/steady.ts', []],
  ] as [string, [string, string][]][])('shows %s as it is', (file, changes) => {
    const docs = readFileSync(`${root}/docs/creating-an-expectation.md`, 'utf8')
    let code = readFileSync(`${root}/${file}`, 'utf8')
    for (const [from, to] of changes) code = code.replaceAll(from, to)
    expect(docs).toContain(`\`\`\`ts\n${code}\`\`\``)
  })
})
