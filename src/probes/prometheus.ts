import { defined } from '../base/defined.ts'
import { isObject } from '../base/is-object.ts'
import { parsePromDuration, promDuration } from '../base/units/duration.ts'
import { parseDurationRange } from '../base/units/duration-range.ts'
import type { LintRule } from '../lint/finding.ts'
import { type ShownConfig, sentByAny, sentLabels } from './alert-labels/alert-labels.ts'
import { notServed, probeErrors } from './errors.ts'
import { getJson, type ProbeOptions, type PrometheusAccess } from './json.ts'
import type { ActiveAlert, AlertRule, Labels, RecordingRule, Sample, ScrapeTarget, Series } from './prometheus-data.ts'
import { AlertsOfReplicas } from './replicas/alerts-of-replicas.ts'
import { joinActive } from './replicas/join-active.ts'
import { Replicas } from './replicas/replicas.ts'
import { type AlertRuleState, alertStatesOf, groupIntervalMs, joinGroups, type RuleGroup } from './rule-answer.ts'
import { type Pair, type QueryData, sampleOf, seriesOf } from './sample-value.ts'

export * from './prometheus-data.ts'

/**
 * The slice of Prometheus that drills read, or of what answers as it does. Every call throws FD_PROBE_UNREACHABLE or FD_PROBE_ANSWER.
 * Of several replicas one answers, except where each is asked: their alerts are one list.
 */
export class Prometheus {
  readonly #queries: Replicas
  /** Those who evaluate the rules. */
  readonly #rules: Replicas
  readonly #access: PrometheusAccess
  readonly #alerts = new AlertsOfReplicas<ActiveAlert>(joinActive)

  constructor(baseUrl: string, access: PrometheusAccess = {}) {
    const { replicas = [], rules } = access
    this.#queries = new Replicas([baseUrl, ...replicas])
    this.#rules = rules === undefined ? this.#queries : new Replicas(rules)
    this.#access = access
  }

  /** Evaluates an expression now. A scalar is one sample without labels; an empty vector is no samples. */
  query(expression: string, options: ProbeOptions): Promise<(Sample & { labels: Labels })[]> {
    return this.#queries.first((url) => this.#evaluate(url, expression, options))
  }

  /** What the clock of each replica says: its time, and between which moments of ours it was read. In epoch milliseconds. */
  async clocks(options: ProbeOptions): Promise<ReadClock[]> {
    const answers = await this.#queries.each(async (url) => {
      const askedAtMs = Date.now()
      const [now] = await this.#evaluate(url, 'time()', options)
      return now && { url, atMs: now.atMs, askedAtMs, answeredAtMs: Date.now() }
    })
    return answers.flatMap((answer) => answer ?? [])
  }

  /** The samples of the last `windowMs` as they were scraped, each with its own timestamp. Only for a plain selector. */
  async samples(selector: string, windowMs: number, options: ProbeOptions): Promise<Series[]> {
    return seriesOf(await this.#get<QueryData>('query', options, windowOf(selector, windowMs)))
  }

  /** The same of every replica: each scrapes and evaluates at its own moments. */
  async samplesOfEach(selector: string, windowMs: number, options: ProbeOptions): Promise<Series[]> {
    return (await this.#seriesOfEach(selector, windowMs, options)).flat()
  }

  /** The samples of ALERTS of every replica, with the labels that Alertmanager has, and `alertstate`. */
  async alertSamples(windowMs: number, options: ProbeOptions): Promise<(Series & Pick<ActiveAlert, 'dropped'>)[]> {
    const answers = await this.#seriesOfEach('ALERTS', windowMs, options)
    return answers.flatMap((series, index) =>
      series.map(({ labels: { __name__: _, alertstate = '', ...own }, samples }) => {
        const { labels, ...more } = this.#asSent(own, this.#rules === this.#queries ? index : 0)
        return { labels: { ...labels, alertstate }, samples, ...more }
      }),
    )
  }

  /** Evaluates an expression at each step of a time range, as a graph does. Both ends are included. */
  async range(
    expression: string,
    { startMs, endMs, stepMs }: { startMs: number; endMs: number; stepMs: number },
    options: ProbeOptions,
  ): Promise<Series[]> {
    const data = await this.#get<QueryData>('query_range', options, {
      query: expression,
      start: String(startMs / 1_000),
      end: String(endMs / 1_000),
      step: String(stepMs / 1_000),
      ...AT_ONCE,
    })
    return seriesOf(data)
  }

  /** The values of a label over the series that a selector matches. */
  async labelValues(label: string, selector: string, options: ProbeOptions): Promise<string[]> {
    return this.#get<string[]>(`label/${encodeURIComponent(label)}/values`, options, { 'match[]': selector })
  }

  /** The names of all labels that any series has had. */
  labelNames(options: ProbeOptions): Promise<string[]> {
    return this.#get<string[]>('labels', options)
  }

  async alerts(options: ProbeOptions): Promise<ActiveAlert[]> {
    type Answered = { alerts?: { labels: Labels; name?: string; state: string; activeAt: string }[] | null }
    const answers = await this.#rules.each(async (url, index) => {
      const { alerts } = await this.#ask<Answered>(url, 'alerts', { options })
      return (alerts ?? []).flatMap(({ labels, name, state, activeAt }): ActiveAlert[] => {
        if (state !== 'pending' && state !== 'firing') return []
        // Some answer with the name beside the labels.
        const named = labels.alertname === undefined && name !== undefined ? { alertname: name, ...labels } : labels
        return [{ ...this.#asSent(named, index), state, activeAtMs: Date.parse(activeAt) }]
      })
    })
    return this.#alerts.merge(answers, Date.now())
  }

  async alertRules(options: ProbeOptions): Promise<AlertRule[]> {
    // Replicas differ in values of external labels at most.
    const sent = sentByAny(this.#access.alertLabels ?? [])
    return (await this.#ruleGroups(options, 'alert')).flatMap((group) =>
      group.rules
        .filter((rule) => rule.type === 'alerting')
        .map((rule) => {
          const shows = parseDurationRange(rule.annotations?.shows_after ?? '')
          return {
            alert: rule.name,
            expr: rule.query,
            forMs: (rule.duration ?? 0) * 1_000,
            evaluationMs: groupIntervalMs(group),
            labels: rule.labels ?? {},
            ...defined({ shows, sent }),
          }
        }),
    )
  }

  /** Every alert rule with its state, and what of it is active. */
  async alertStates(options: ProbeOptions): Promise<AlertRuleState[]> {
    return alertStatesOf(await this.#ruleGroups(options, 'alert'))
  }

  /** The recording rules that are loaded, evaluated or not. */
  async recordingRules(options: ProbeOptions): Promise<RecordingRule[]> {
    return (await this.#ruleGroups(options, 'record')).flatMap(({ rules }) =>
      rules
        .filter((rule) => rule.type === 'recording')
        .map(({ name, labels }) => ({ record: name, labels: labels ?? {} })),
    )
  }

  /** Every rule that is loaded, with its expression as Prometheus writes it. */
  async rules(options: ProbeOptions): Promise<LintRule[]> {
    return (await this.#ruleGroups(options)).flatMap((group) =>
      group.rules.map((rule) => ({
        group: group.name,
        name: rule.name,
        alerts: rule.type === 'alerting',
        expr: rule.query,
        forMs: (rule.duration ?? 0) * 1_000,
        evaluationMs: groupIntervalMs(group),
        labels: rule.labels ?? {},
        annotations: rule.annotations ?? {},
        loaded: true,
      })),
    )
  }

  /** The label sets of the series that fit a selector and had a sample since then. */
  async series(selector: string, sinceMs: number, options: ProbeOptions): Promise<Labels[]> {
    return this.#get<Labels[]>('series', options, { 'match[]': selector, start: String(sinceMs / 1_000) })
  }

  /** How long samples are kept, in milliseconds; `undefined` where only their size is limited. */
  async retentionMs(options: ProbeOptions): Promise<number | undefined> {
    const flags = await this.flags(options)
    return parsePromDuration(flags['storage.tsdb.retention.time'] ?? '') || undefined
  }

  /** The metrics that its targets declare, with or without a sample: type by name, a histogram and a summary by the name of the whole. */
  async metadata(options: ProbeOptions): Promise<Map<string, string>> {
    const data = await this.#get<Record<string, { type: string }[]> | undefined>('metadata', options)
    return new Map(Object.entries(data ?? {}).map(([name, [first]]) => [name, first?.type ?? 'unknown']))
  }

  /** The flags it was started with, those left out with their defaults. */
  async flags(options: ProbeOptions): Promise<Record<string, string>> {
    return flagsOf(await this.#get<unknown>('status/flags', options))
  }

  /** The configuration that is loaded, as YAML, defaults filled in and secrets left out. */
  async config(options: ProbeOptions): Promise<string> {
    return configOf(await this.#get<unknown>('status/config', options))
  }

  /** The same of each who evaluates rules, in order, with its version; `undefined` of one that does not show it. */
  async ruleConfigs(options: ProbeOptions): Promise<(ShownConfig | undefined)[]> {
    return this.#rules.each(async (url) => {
      const [yaml, build] = await Promise.all([
        this.#ask<unknown>(url, 'status/config', { options }).then(configOf).catch(notServed),
        this.#ask<{ version?: string }>(url, 'status/buildinfo', { options }).catch(notServed),
      ])
      return yaml === undefined ? undefined : { yaml, ...defined({ version: build?.version }) }
    })
  }

  /** When it was started; `undefined` where something else answers in its place and does not say. */
  async startedAtMs(options: ProbeOptions): Promise<number | undefined> {
    const info = await this.#rules
      .first((url) => this.#ask<{ startTime?: string } | null>(url, 'status/runtimeinfo', { options }))
      .catch(notServed)
    const atMs = Date.parse(info?.startTime ?? '')
    return Number.isNaN(atMs) ? undefined : atMs
  }

  async version(options: ProbeOptions): Promise<string> {
    return (await this.#get<{ version?: string }>('status/buildinfo', options)).version ?? ''
  }

  /** What is scraped. Where nobody keeps a list, those that have a sample of `up`; how often they are scraped is not known then. */
  async targets(options: ProbeOptions): Promise<ScrapeTarget[]> {
    type Target = {
      labels: Labels
      discoveredLabels?: Labels
      health: string
      lastError?: string
      scrapeInterval?: string
    }
    const data = await this.#get<{ activeTargets?: Target[] | null }>('targets', options, { state: 'active' }).catch(
      notServed,
    )
    const listed = (data?.activeTargets ?? []).map(
      ({ labels, discoveredLabels = {}, health, lastError = '', ...more }) => {
        // VictoriaMetrics shows it here.
        const { scrapeInterval = discoveredLabels.__scrape_interval__ ?? '' } = more
        return { labels, up: health === 'up', lastError, everyMs: parsePromDuration(scrapeInterval) ?? 0 }
      },
    )
    // Where others evaluate the rules, others may scrape, too.
    const mayBeElsewhere = this.#rules !== this.#queries
    if (listed.length > 0 || (data !== undefined && !mayBeElsewhere)) return listed
    const samples = await this.query('up', options)
    return samples.map(({ labels: { __name__: _, ...labels }, value }) => {
      return { labels, up: value === 1, lastError: '', everyMs: 0 }
    })
  }

  /** The Alertmanagers that alerts are sent to, by URL; `undefined` where that is not shown. */
  async alertmanagers(options: ProbeOptions): Promise<string[] | undefined> {
    type Answered = { activeAlertmanagers?: { url: string }[] | null }
    const data = await this.#rules
      .first((url) => this.#ask<Answered>(url, 'alertmanagers', { options }))
      .catch(notServed)
    return data?.activeAlertmanagers?.map(({ url }) => url)
  }

  async #evaluate(url: string, expression: string, options: ProbeOptions): Promise<(Sample & { labels: Labels })[]> {
    const parameters = { query: expression, ...AT_ONCE }
    type Answered = QueryData | { resultType: 'scalar'; result: Pair }
    const data = await this.#ask<Answered>(url, 'query', { options, parameters })
    if (data.resultType === 'scalar') return [{ labels: {}, ...sampleOf(data.result as Pair) }]
    return (data as QueryData).result.flatMap(({ metric, value }) =>
      value === undefined ? [] : [{ labels: metric, ...sampleOf(value) }],
    )
  }

  async #seriesOfEach(selector: string, windowMs: number, options: ProbeOptions): Promise<Series[][]> {
    const parameters = windowOf(selector, windowMs)
    const answers = await this.#queries.each((url) => this.#ask<QueryData>(url, 'query', { options, parameters }))
    return answers.map((answer) => (answer === undefined ? [] : seriesOf(answer)))
  }

  /** Of all who evaluate rules. */
  async #ruleGroups(options: ProbeOptions, type?: 'alert' | 'record'): Promise<RuleGroup[]> {
    const parameters = type === undefined ? {} : { type }
    const answers = await this.#rules.each((url) =>
      this.#ask<{ groups?: RuleGroup[] | null }>(url, 'rules', { options, parameters }),
    )
    return joinGroups(answers.flatMap((answer) => (answer === undefined ? [] : [answer.groups ?? []])))
  }

  /** The labels of an alert as Alertmanager has them. `index`: who evaluates its rule. */
  #asSent(labels: Labels, index: number): { labels: Labels; dropped?: true } {
    const change = this.#access.alertLabels?.[index]
    if (change === undefined) return { labels }
    const sent = sentLabels(labels, change)
    return sent === undefined ? { labels, dropped: true } : { labels: sent }
  }

  #get<T>(path: string, options: ProbeOptions, parameters: Record<string, string> = {}): Promise<T> {
    return this.#queries.first((url) => this.#ask<T>(url, path, { options, parameters }))
  }

  async #ask<T>(baseUrl: string, path: string, { options, parameters = {} }: Asked): Promise<T> {
    const url = new URL(`api/v1/${path}`, baseUrl)
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    const { authorization, headers, door } = this.#access
    const answer = await getJson(url, { ...options, authorization, headers, door })
    if (isObject(answer) && answer.status === 'success' && answer.data !== undefined) return answer.data as T
    const { error, status } = isObject(answer) ? answer : {}
    throw probeErrors.error('FD_PROBE_ANSWER', {
      message: typeof error === 'string' ? error : `answered status "${String(status)}"`,
      where: url.href,
    })
  }
}

/** One look at the clock of a server. Epoch milliseconds. */
export interface ReadClock {
  url: string
  atMs: number
  askedAtMs: number
  answeredAtMs: number
}

interface Asked {
  options: ProbeOptions
  parameters?: Record<string, string>
}

/** VictoriaMetrics leaves the last 30 s out of its answers, unless it is asked not to; all others pass over this. */
const AT_ONCE = { nocache: '1' }

function windowOf(selector: string, windowMs: number): Record<string, string> {
  return { query: `${selector}[${promDuration(Math.max(1, windowMs))}]`, ...AT_ONCE }
}

function configOf(data: unknown): string {
  if (isObject(data) && typeof data.yaml === 'string') return data.yaml
  throw probeErrors.error('FD_PROBE_ANSWER', { message: 'the configuration is not shown' })
}

/** Others than Prometheus answer with what they please. */
function flagsOf(data: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(isObject(data) ? data : {}).filter((flag): flag is [string, string] => typeof flag[1] === 'string'),
  )
}
