import { defined } from '../base/defined.ts'
import { isObject } from '../base/is-object.ts'
import { parsePromDuration } from '../base/units/duration.ts'
import { parseDurationRange } from '../base/units/duration-range.ts'
import type { LintRule } from '../lint/finding.ts'
import { type ShownConfig, sentByAny, sentLabels } from './alert-labels/alert-labels.ts'
import { notServed, probeErrors } from './errors.ts'
import type { ProbeOptions, PrometheusAccess } from './json.ts'
import type { ActiveAlert, AlertRule, Labels, RecordingRule, Sample, ScrapeTarget, Series } from './prometheus-data.ts'
import { AlertsOfReplicas } from './replicas/alerts-of-replicas.ts'
import { joinActive } from './replicas/join-active.ts'
import { PrometheusServers, type QueryAnswer, samplesIn } from './replicas/prometheus-servers.ts'
import { type AlertRuleState, alertStatesOf, groupIntervalMs, joinGroups, type RuleGroup } from './rule-answer.ts'
import { AT_ONCE, momentOf, type QueryData, seriesOf, windowOf } from './sample-value.ts'
import { MetricsStore } from './store/metrics-store.ts'

export * from './prometheus-data.ts'

/**
 * The slice of Prometheus that drills read, or of what answers as it does. Every call throws FD_PROBE_UNREACHABLE or FD_PROBE_ANSWER.
 * Of several replicas one answers, except where each is asked: their alerts are one list.
 */
export class Prometheus {
  /** Where its samples are read instead; it sends them there. Missing where they are read from it. */
  readonly store: MetricsStore | undefined
  /** Those who answer queries. */
  readonly #queries: PrometheusServers
  /** Those who evaluate the rules. */
  readonly #rules: PrometheusServers
  /** Those who say what is scraped, and how they are configured. */
  readonly #own: PrometheusServers
  readonly #access: PrometheusAccess
  readonly #alerts = new AlertsOfReplicas<ActiveAlert>(joinActive)

  constructor(baseUrl: string, access: PrometheusAccess = {}) {
    const { replicas = [], rules, store } = access
    this.#own = new PrometheusServers([baseUrl, ...replicas], access)
    this.#rules = rules === undefined ? this.#own : new PrometheusServers(rules, access)
    this.store = store && new MetricsStore(store, this.#own)
    this.#queries = this.store?.servers ?? this.#own
    this.#access = access
  }

  /** Evaluates an expression now. A scalar is one sample without labels; an empty vector is no samples. */
  async query(expression: string, options: ProbeOptions): Promise<(Sample & { labels: Labels })[]> {
    return (await this.queryAsOf(expression, options)).samples
  }

  /** The same, with the moment that the answer is of, where that is not now: a store may be behind. In epoch milliseconds. */
  async queryAsOf(expression: string, options: ProbeOptions): Promise<AnswerAsOf> {
    const asOfMs = (await this.store?.look(options))?.completeUntilMs
    const samples = await this.#queries.evaluate({ query: expression, ...momentOf(asOfMs), ...AT_ONCE }, options)
    return { samples, asOfMs }
  }

  /** Evaluates an expression at a moment, in epoch milliseconds. */
  queryAt(expression: string, atMs: number, options: ProbeOptions): Promise<(Sample & { labels: Labels })[]> {
    return this.#queries.evaluate({ query: expression, ...momentOf(atMs), ...AT_ONCE }, options)
  }

  /** What the clock of each replica says: its time, and between which moments of ours it was read. In epoch milliseconds. */
  async clocks(options: ProbeOptions): Promise<ReadClock[]> {
    const answers = await this.#own.each(async (ask, { url }) => {
      const askedAtMs = Date.now()
      const [now] = samplesIn(await ask<QueryAnswer>('query', options, { query: 'time()', ...AT_ONCE }))
      return now && { url, atMs: now.atMs, askedAtMs, answeredAtMs: Date.now() }
    })
    return answers.flatMap((answer) => answer ?? [])
  }

  /** The samples of the last `windowMs` as they were scraped, each with its own timestamp. Only for a plain selector. */
  async samples(selector: string, windowMs: number, options: ProbeOptions): Promise<Series[]> {
    return seriesOf(await this.#queries.get<QueryData>('query', options, this.#window(selector, windowMs)))
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
    const data = await this.#queries.get<QueryData>('query_range', options, {
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
    return this.#queries.get<string[]>(`label/${encodeURIComponent(label)}/values`, options, { 'match[]': selector })
  }

  /** The names of all labels that any series has had. */
  labelNames(options: ProbeOptions): Promise<string[]> {
    return this.#own.get<string[]>('labels', options)
  }

  async alerts(options: ProbeOptions): Promise<ActiveAlert[]> {
    type Answered = { alerts?: { labels: Labels; name?: string; state: string; activeAt: string }[] | null }
    const answers = await this.#rules.each(async (ask, { index }) => {
      const { alerts } = await ask<Answered>('alerts', options)
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
    return this.#queries.get<Labels[]>('series', options, { 'match[]': selector, start: String(sinceMs / 1_000) })
  }

  /** How long samples are kept, in milliseconds; `undefined` where only their size is limited. */
  async retentionMs(options: ProbeOptions): Promise<number | undefined> {
    const flags = await this.flags(options)
    return parsePromDuration(flags['storage.tsdb.retention.time'] ?? '') || undefined
  }

  /** The metrics that its targets declare, with or without a sample: type by name, a histogram and a summary by the name of the whole. */
  async metadata(options: ProbeOptions): Promise<Map<string, string>> {
    const data = await this.#own.get<Record<string, { type: string }[]> | undefined>('metadata', options)
    return new Map(Object.entries(data ?? {}).map(([name, [first]]) => [name, first?.type ?? 'unknown']))
  }

  /** The flags it was started with, those left out with their defaults. */
  async flags(options: ProbeOptions): Promise<Record<string, string>> {
    return flagsOf(await this.#own.get<unknown>('status/flags', options))
  }

  /** The configuration that is loaded, as YAML, defaults filled in and secrets left out. */
  async config(options: ProbeOptions): Promise<string> {
    return configOf(await this.#own.get<unknown>('status/config', options))
  }

  /** The same of each who evaluates rules, in order, with its version; `undefined` of one that does not show it. */
  async ruleConfigs(options: ProbeOptions): Promise<(ShownConfig | undefined)[]> {
    return this.#rules.each(async (ask) => {
      const [yaml, build] = await Promise.all([
        ask<unknown>('status/config', options).then(configOf).catch(notServed),
        ask<{ version?: string }>('status/buildinfo', options).catch(notServed),
      ])
      return yaml === undefined ? undefined : { yaml, ...defined({ version: build?.version }) }
    })
  }

  /** When it was started; `undefined` where something else answers in its place and does not say. */
  async startedAtMs(options: ProbeOptions): Promise<number | undefined> {
    const info = await this.#rules.get<{ startTime?: string } | null>('status/runtimeinfo', options).catch(notServed)
    const atMs = Date.parse(info?.startTime ?? '')
    return Number.isNaN(atMs) ? undefined : atMs
  }

  async version(options: ProbeOptions): Promise<string> {
    return (await this.#own.get<{ version?: string }>('status/buildinfo', options)).version ?? ''
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
    const data = await this.#own
      .get<{ activeTargets?: Target[] | null }>('targets', options, { state: 'active' })
      .catch(notServed)
    const listed = (data?.activeTargets ?? []).map(
      ({ labels, discoveredLabels = {}, health, lastError = '', ...more }) => {
        // VictoriaMetrics shows it here.
        const { scrapeInterval = discoveredLabels.__scrape_interval__ ?? '' } = more
        return { labels, up: health === 'up', lastError, everyMs: parsePromDuration(scrapeInterval) ?? 0 }
      },
    )
    // Where others evaluate the rules, others may scrape, too.
    const mayBeElsewhere = this.#rules !== this.#own
    if (listed.length > 0 || (data !== undefined && !mayBeElsewhere)) return listed
    const samples = await this.query('up', options)
    return samples.map(({ labels: { __name__: _, ...labels }, value }) => {
      return { labels, up: value === 1, lastError: '', everyMs: 0 }
    })
  }

  /** The Alertmanagers that alerts are sent to, by URL; `undefined` where that is not shown. */
  async alertmanagers(options: ProbeOptions): Promise<string[] | undefined> {
    type Answered = { activeAlertmanagers?: { url: string }[] | null }
    const data = await this.#rules.get<Answered>('alertmanagers', options).catch(notServed)
    return data?.activeAlertmanagers?.map(({ url }) => url)
  }

  async #seriesOfEach(selector: string, windowMs: number, options: ProbeOptions): Promise<Series[][]> {
    const parameters = this.#window(selector, windowMs)
    const answers = await this.#queries.each((ask) => ask<QueryData>('query', options, parameters))
    return answers.map((answer) => (answer === undefined ? [] : seriesOf(answer)))
  }

  /** Of a store by our own clock: that of its server is no clock of the samples. */
  #window(selector: string, windowMs: number): Record<string, string> {
    return windowOf(selector, { windowMs, atMs: this.store === undefined ? undefined : Date.now() })
  }

  /** Of all who evaluate rules. */
  async #ruleGroups(options: ProbeOptions, type?: 'alert' | 'record'): Promise<RuleGroup[]> {
    const parameters = type === undefined ? {} : { type }
    const answers = await this.#rules.each((ask) => ask<{ groups?: RuleGroup[] | null }>('rules', options, parameters))
    return joinGroups(answers.flatMap((answer) => (answer === undefined ? [] : [answer.groups ?? []])))
  }

  /** The labels of an alert as Alertmanager has them. `index`: who evaluates its rule. */
  #asSent(labels: Labels, index: number): { labels: Labels; dropped?: true } {
    const change = this.#access.alertLabels?.[index]
    if (change === undefined) return { labels }
    const sent = sentLabels(labels, change)
    return sent === undefined ? { labels, dropped: true } : { labels: sent }
  }
}

/** One look at the clock of a server. Epoch milliseconds. */
export interface ReadClock {
  url: string
  atMs: number
  askedAtMs: number
  answeredAtMs: number
}

/** What an expression is, and when. */
export interface AnswerAsOf {
  samples: (Sample & { labels: Labels })[]
  /** The moment that it is of, where that is not now. Epoch milliseconds. */
  asOfMs: number | undefined
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
