import { defined } from '../../../base/defined.ts'
import { FiredrillError, messageOf } from '../../../base/errors.ts'
import { HttpError } from '../../../base/http/http-server.ts'
import { parseDuration } from '../../../base/units/duration.ts'
import { type Clock, dashboardClock } from '../../../dashboards/clock.ts'
import { type Choice, choiceNames, choiceQueries, type DashboardSpec } from '../../../dashboards/dashboard.ts'
import { interpolate, type View } from '../../../dashboards/interpolate.ts'
import { marks } from '../../../dashboards/marks.ts'
import type { DataPanel } from '../../../dashboards/panel.ts'
import type { Prometheus, Series } from '../../../probes/prometheus.ts'
import type { Profile } from '../../../stack/profile.ts'
import type { DashboardData, DashboardDataQuery, DashboardView, PanelData, WhyEmptyQuery } from '../../contract.ts'
import { apiErrors } from '../../errors.ts'
import { atMost } from './at-most.ts'
import { continued } from './continued.ts'
import { dashboardsView, dataPanels, findDashboard, rowsView } from './dashboard-view.ts'
import { askedBy, seriesOf } from './panel-series.ts'
import { SharedBytes } from './shared-bytes.ts'
import { marksOf } from './spans.ts'
import { type TimeWindow, timeWindow } from './time-window.ts'
import { whyEmpty } from './why/why-empty.ts'

/**
 * The dashboards, and what Prometheus has for them. Only the expressions of our own panels are asked, with what is chosen filled in as
 * text. Answers are bytes of JSON, shared by all who ask for the same.
 */
export class DashboardSource {
  readonly #options: DashboardSourceOptions
  readonly #clock: Clock
  readonly #answers = new SharedBytes()
  readonly #inTurn = atMost(QUERIES_AT_ONCE)

  constructor(options: DashboardSourceOptions) {
    this.#options = options
    this.#clock = dashboardClock(options.profile)
  }

  list = dashboardsView

  /** A `DashboardView`. */
  view(name: string, chosen: Chosen): Promise<Buffer> {
    const spec = dashboardOf(name)
    const variables = readChosen(chosen)
    return this.#answers.get(keyOf('view', name, variables), KEEP_VIEW_MS, async () => {
      const { title, description, uid } = spec
      const { scrapeMs, rangeMs } = this.#times()
      return toJson<DashboardView>({
        name,
        uid,
        title,
        description,
        clock: { scrapeMs, refreshMs: parseDuration(this.#clock.refresh) ?? 1_000, rangeMs },
        choices: await this.#choices(spec, variables),
        rows: rowsView(spec),
      })
    })
  }

  /** A `DashboardData`. `sinceMs`: only what continues the data that the reader has. */
  async data(name: string, { sinceMs, ...query }: DashboardDataQuery): Promise<Buffer> {
    const spec = dashboardOf(name)
    const asked = this.#ask(query)
    const key = keyOf('data', name, asked.window, asked.variables)
    const all = await this.#answers.get(key, KEEP_DATA_MS, async () => toJson(await this.#readAll(name, spec, asked)))
    if (sinceMs === undefined) return all
    return this.#answers.get(keyOf('since', sinceMs, key), KEEP_DATA_MS, async () =>
      toJson(continued(JSON.parse(all.toString()) as DashboardData, sinceMs)),
    )
  }

  /** A `WhyEmptyView`. */
  why(name: string, panelName: string, { nowMs, ...query }: WhyEmptyQuery): Promise<Buffer> {
    const panel = dataPanels(dashboardOf(name)).find((one) => one.name === panelName)?.panel
    if (panel === undefined) throw unknown(`${name} has no panel "${panelName}" with data`)
    const { window, variables, view } = this.#ask(query)
    // By whole seconds: pages that ask at the same time share the answer, and no check needs more.
    const askerOffMs = nowMs === undefined ? undefined : Math.round((nowMs - Date.now()) / 1_000) * 1_000
    return this.#answers.get(keyOf('why', name, panelName, window, variables, askerOffMs), KEEP_WHY_MS, async () => {
      const prometheus = this.#prometheus()
      const queries = panel.queries.map((query) => askedBy(query, this.#clock, view).expr)
      return toJson(
        await this.#answered(() =>
          whyEmpty(panel, { queries, prometheus, window, variables, ...this.#times(), ...defined({ askerOffMs }) }),
        ),
      )
    })
  }

  async #readAll(name: string, spec: DashboardSpec, { window, view }: Asking): Promise<DashboardData> {
    const prometheus = this.#prometheus()
    const marked = (kind: keyof typeof marks) => this.#range(prometheus, marks[kind].expr, window)
    const [panels, drill, fault, alert] = await Promise.all([
      Promise.all(
        dataPanels(spec).map(async ({ name: panelName, panel }) => ({
          name: panelName,
          ...(await this.#read(panel, prometheus, view)),
        })),
      ),
      marked('drill'),
      marked('fault'),
      marked('alert'),
    ])
    const { startMs: fromMs, endMs: toMs, stepMs } = window
    return { dashboard: name, fromMs, toMs, stepMs, panels, marks: marksOf({ drill, fault, alert }, stepMs) }
  }

  #prometheus(): Prometheus {
    try {
      return this.#options.prometheus()
    } catch (error) {
      throw unreachable(messageOf(error))
    }
  }

  #times(): { scrapeMs: number; rangeMs: number } {
    const { timing } = this.#options.profile
    return { scrapeMs: timing.scrapeMs, rangeMs: parseDuration(this.#clock.range) ?? 0 }
  }

  #ask(query: DashboardDataQuery): Asking {
    const { scrapeMs, rangeMs } = this.#times()
    const window = timeWindow(query, { scrapeMs, rangeMs, nowMs: Date.now() })
    if (window === undefined) throw wrongRange(query)
    const variables = readChosen(query)
    const { startMs, endMs, stepMs } = window
    return { window, variables, view: { scrapeMs, stepMs, rangeMs: endMs - startMs, variables, window } }
  }

  async #read(
    panel: DataPanel,
    prometheus: Prometheus,
    view: View & { window: TimeWindow },
  ): Promise<Omit<PanelData, 'name'>> {
    try {
      const answers = await Promise.all(
        panel.queries.map(async (query) => {
          const asked = askedBy(query, this.#clock, view)
          return { asked, series: await this.#range(prometheus, asked.expr, asked.window) }
        }),
      )
      const { series, more } = seriesOf(panel, answers)
      return { series, ...(more > 0 && { more }) }
    } catch (error) {
      // Where Prometheus is gone no panel has an answer; what it refuses concerns one panel.
      if (error instanceof HttpError) throw error
      return { series: [], failure: messageOf(error) }
    }
  }

  #range(prometheus: Prometheus, expr: string, window: TimeWindow): Promise<Series[]> {
    return this.#answered(() => prometheus.range(expr, window, PROBE))
  }

  async #choices(spec: DashboardSpec, variables: Variables): Promise<DashboardView['choices']> {
    return Promise.all(
      choiceQueries(spec).map(async ({ name, label, series }) => {
        const { expr } = interpolate({ expr: series }, { scrapeMs: 0, stepMs: 0, rangeMs: 0, variables })
        const ask = async () => this.#prometheus().labelValues(label, expr, PROBE)
        const values = await this.#answered(ask).catch(() => null)
        return { name, values: values?.sort().slice(0, MOST_CHOICES) ?? null }
      }),
    )
  }

  /** Asks in turn with the others. @throws HttpError 502 FD_PROMETHEUS_UNREACHABLE */
  async #answered<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await this.#inTurn(ask)
    } catch (error) {
      if (error instanceof FiredrillError && error.code === 'FD_PROBE_UNREACHABLE') throw unreachable(error.message)
      throw error
    }
  }
}

export interface DashboardSourceOptions {
  profile: Profile
  /** Prometheus, where it is now. Throws where the stack has none. */
  prometheus(): Prometheus
}

/** What a reader asks for, with all that follows from it. */
interface Asking {
  window: TimeWindow
  variables: Variables
  view: View & { window: TimeWindow }
}

type Chosen = Readonly<Partial<Record<Choice, string>>>
type Variables = Readonly<Record<string, readonly string[]>>

const PROBE = { timeoutMs: 5_000 }
/** Prometheus evaluates about as many at a time as it has cores; the others would wait there instead of here. */
const QUERIES_AT_ONCE = 6
const MOST_CHOICES = 500
const KEEP_VIEW_MS = 2_000
/** A window that ends now is asked for until the next one begins, one of the past until somebody has enough of it. */
const KEEP_DATA_MS = 5_000
const KEEP_WHY_MS = 1_000

function dashboardOf(name: string): DashboardSpec {
  const spec = findDashboard(name)
  if (spec === undefined) throw unknown(`there is no dashboard "${name}"`)
  return spec
}

function readChosen(chosen: Chosen): Variables {
  return Object.fromEntries(
    choiceNames.flatMap((name) => {
      const values = [...new Set((chosen[name] ?? '').split(',').filter((value) => value !== ''))].sort()
      return values.length === 0 ? [] : [[name, values]]
    }),
  )
}

function keyOf(...parts: unknown[]): string {
  return JSON.stringify(parts)
}

function toJson<T>(answer: T): Buffer {
  return Buffer.from(JSON.stringify(answer))
}

function unknown(message: string): HttpError {
  const expected = `one of ${dashboardsView()
    .dashboards.map(({ name }) => name)
    .join(', ')}`
  return new HttpError(404, apiErrors.error('FD_DASHBOARD_UNKNOWN', { message, expected }))
}

function wrongRange({ fromMs, toMs }: DashboardDataQuery): HttpError {
  const problem = apiErrors.error('FD_DASHBOARD_RANGE', {
    message: 'this is no time range that a dashboard can show',
    expected: 'fromMs before toMs, at most 31 days apart; or rangeMs, and neither of both',
    given: `fromMs ${fromMs}, toMs ${toMs}`,
  })
  return new HttpError(400, problem)
}

/** Prometheus did not answer: no panel has data. */
function unreachable(given: string): HttpError {
  const problem = apiErrors.error('FD_PROMETHEUS_UNREACHABLE', {
    message: 'Prometheus does not answer',
    given,
    next: 'firedrill logs prometheus',
  })
  return new HttpError(502, problem, { 'retry-after': '1' })
}
