import { expect, it } from 'vitest'
import { parseDrill } from '../file/drill-file.ts'
import { runDrill } from './run-drill.ts'
import type { RunProgress } from './run-progress.ts'
import { SmallWorld } from './test-world.ts'

const DRILL = `
title: The store crashes
why: It must not matter
steadyState:
  - { http: store, path: /ready }
load: { journey: browse, users: 3, spawnRate: 60 }
method:
  - { at: 500ms, fault: kill, target: store }
expectations:
  - { alert: ServiceDown, labels: { service: store }, within: 3s }
  - { steady: true, within: 3s }
`

it('a run shows how far it is at any moment, in the forms of its journal', async () => {
  const world = new SmallWorld({})
  await world.start()
  const seen: RunProgress[] = []
  let look: (() => RunProgress) | undefined
  const timer = setInterval(() => look !== undefined && seen.push(look()), 100)
  try {
    const journal = await runDrill(parseDrill(DRILL, 'drills/x.yaml', { services: ['store'] }), world, {
      seed: 1,
      gateTimeoutMs: 300,
      readMachine: async () => ({ atMs: Date.now(), stalledMs: 0, cpu: null, processes: [] }),
      judgeLoad: () => ({ saturated: false, lagP99Ms: 0, latenessP99Ms: 0, busyRatio: 0 }),
      onBegin: (progress) => {
        look = progress
        seen.push(progress())
      },
    })
    expect(seen[0]).toMatchObject({ zeroMs: null, gate: null, series: null, load: null, stages: [] })
    // Every expectation is there from the start, as not tried.
    expect(seen[0]?.expectations.map(({ tried }) => tried)).toEqual(journal.expectations.map(() => false))
    const phases = [...new Set(seen.map(({ phase }) => phase))]
    expect(phases).toEqual(expect.arrayContaining(['watch']))
    expect(seen.some(({ load }) => load !== null && load.requests > 0 && load.users === 3)).toBe(true)
    const last = look?.()
    expect(last?.gate).toEqual({ clean: true, findings: [] })
    expect(last?.stages).toEqual(journal.stages)
    expect(last?.expectations).toEqual(journal.expectations)
    expect(last?.faults).toEqual(journal.faults)
    expect(last?.load).toMatchObject({ users: 0, requests: journal.load?.requests, failures: journal.load?.failures })
    // All but what ended in the last moment.
    expect(last?.series?.startMs).toBe(journal.series?.startMs)
    expect(last?.series?.load.requests.slice(0, -1)).toEqual(
      journal.series?.load.requests.slice(0, (last?.series?.load.requests.length ?? 0) - 1),
    )
  } finally {
    clearInterval(timer)
    await world.stop()
  }
})
