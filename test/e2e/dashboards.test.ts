import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAccess } from '../../src/api/client/connect-system.ts'
import type { StackView } from '../../src/api/contract.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { dashboards } from '../../src/dashboards/all/dashboards.ts'
import { dashboardClock } from '../../src/dashboards/clock.ts'
import { renderDashboard } from '../../src/dashboards/grafana/render-dashboard.ts'
import { panelsOf, targetsOf } from '../../src/dashboards/grafana/rendered.ts'
import { interpolate, seriesName, type View } from '../../src/dashboards/interpolate.ts'
import { Prometheus } from '../../src/probes/prometheus.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'
import { profiles } from '../../src/stack/profile.ts'
import { FiredrillFolder, replicaOf } from './firedrill.ts'

const QUERY = { timeoutMs: 10_000 }
const VIEW: View = { scrapeMs: profiles.lab.timing.scrapeMs, stepMs: 1_000, rangeMs: 30_000, variables: {} }
const clock = dashboardClock(profiles.lab)
const rendered = Object.entries(dashboards).map(([name, spec]) => ({ name, json: renderDashboard(spec, clock) }))

/** Every panel as the dashboard asks for it, on a real stack that is used. */
describe('dashboards on a stack under load', () => {
  let folder: FiredrillFolder
  let stack: StackView
  let prometheus: Prometheus
  const using = new AbortController()
  let users: Promise<unknown> = Promise.resolve()
  beforeAll(async () => {
    folder = await FiredrillFolder.create()
    stack = await folder.up()
    prometheus = new Prometheus(
      replicaOf(stack, 'prometheus-1').url,
      (await readAccess(new StateFolder(folder.path))).prometheus,
    )
    users = Promise.all(Array.from({ length: 4 }, (_, index) => use(index)))
  })
  afterAll(async () => {
    using.abort()
    await users
    await folder.remove()
  })

  /** A user of everything the services offer, until `using` is aborted. */
  async function use(index: number): Promise<void> {
    const [store, quotes] = [replicaOf(stack, 'store-1').url, replicaOf(stack, 'quotes-1').url]
    const body = (value: object) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    })
    // The responder may restart the store, since /risky fails: users go on. Each call has a signal of its own, since what
    // listens to a signal goes only when the garbage is collected.
    const call = (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, signal: AbortSignal.timeout(10_000) }).then(
        (response) => response.text(),
        () => undefined,
      )
    await call(`${store}/items`, body({ key: `dashboards-${index}`, value: 'a' }))
    while (!using.signal.aborted) {
      await call(`${store}/items/dashboards-${index}`)
      await call(`${store}/items/none-${Math.random()}`)
      await call(`${store}/transactions`, body({ amount: '9.99', currency: 'EUR' }))
      await call(`${store}/risky`)
      await call(`${quotes}/quotes`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** The queries of a dashboard that have nothing to show now; a panel may say itself that this is as it should be. */
  async function silent(json: (typeof rendered)[number]['json']): Promise<string[]> {
    const endMs = Date.now()
    const asked = panelsOf(json).flatMap((panel) =>
      targetsOf(panel).map(async (target) => {
        const { expr, stepMs } = interpolate(target, VIEW)
        const window = { startMs: endMs - VIEW.rangeMs, endMs, stepMs }
        const values = target.instant
          ? (await prometheus.query(expr, QUERY)).map(({ value }) => value)
          : (await prometheus.range(expr, window, QUERY)).flatMap(({ samples }) => samples.map(({ value }) => value))
        const quiet = panel.fieldConfig?.defaults.noValue !== undefined
        return quiet || values.some(Number.isFinite) ? [] : [`${panel.title}: ${expr}`]
      }),
    )
    return (await Promise.all(asked)).flat()
  }

  it.each(rendered)('$name: every panel has data, or says why it may have none', async ({ json }) => {
    await waitUntil(
      async () => {
        const missing = await silent(json)
        return missing.length === 0 ? done(undefined) : notYet(missing.join('\n'))
      },
      { what: 'every panel to have data', timeoutMs: 30_000, intervalMs: 1_000 },
    )
  })

  it('Load: shows what the users of a load do and feel while it runs', async () => {
    const json = renderDashboard(dashboards.load, clock)
    const running = folder.run(['load', '--users', '5', '--spawn-rate', '50', '--duration', '20s'])
    const empty = async () => {
      const endMs = Date.now()
      const asked = panelsOf(json).flatMap((panel) =>
        targetsOf(panel).map(async (target) => {
          const { expr, stepMs } = interpolate(target, VIEW)
          const series = await prometheus.range(expr, { startMs: endMs - 3_000, endMs, stepMs }, QUERY)
          return series.some(({ samples }) => samples.some(({ value }) => Number.isFinite(value))) ? [] : [panel.title]
        }),
      )
      return (await Promise.all(asked)).flat()
    }
    await waitUntil(
      async () => {
        const titles = (await empty()).filter((title) => title !== 'Failures by cause')
        return titles.length === 0 ? done(undefined) : notYet(`without data: ${titles}`)
      },
      { what: 'the load to be on the graphs', timeoutMs: 20_000, intervalMs: 250 },
    )
    expect((await running).exitCode).toBe(0)
  })

  it('Drills: shows a fault while it is in force, on the service it hits', async () => {
    const panel = panelsOf(renderDashboard(dashboards.drills, clock)).find(({ title }) => title === 'Faults in force')
    const [target] = panel === undefined ? [] : targetsOf(panel)
    if (target === undefined) throw new Error('there is no panel of faults')
    const response = await fetch(`${stack.url}/v1/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await folder.token('control')}` },
      body: JSON.stringify({ fault: 'kill', service: 'worker', forMs: 60_000 }),
    })
    expect(response.status).toBe(200)
    const shown = async (service: string) =>
      (await prometheus.query(interpolate(target, { ...VIEW, variables: { service: [service] } }).expr, QUERY)).map(
        ({ labels, value }) => `${seriesName(target.legendFormat ?? '', labels)}: ${value}`,
      )
    await waitUntil(
      async () =>
        (await shown('worker')).includes('kill on worker-1: 1') ? done(0) : notYet(String(await shown('worker'))),
      { what: 'the fault to be on the graph', timeoutMs: 10_000, intervalMs: 200 },
    )
    expect(await shown('store')).toEqual([])
  })

  it.each(rendered)('$name: every variable has values to choose from, which narrow the panels', async ({ json }) => {
    for (const variable of json.templating.list ?? []) {
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(variable.definition ?? '') ?? []
      if (variable.type !== 'query') continue
      const { expr } = interpolate({ expr: selector }, VIEW)
      expect((await prometheus.labelValues(label, expr, QUERY)).length).toBeGreaterThan(0)
    }
  })

  it.each(rendered)('$name: every annotation is answered', async ({ json }) => {
    for (const { expr } of json.annotations.list ?? []) {
      if (expr !== undefined) await prometheus.query(expr, QUERY)
    }
  })
})
