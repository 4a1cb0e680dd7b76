import { defined } from '../base/defined.ts'
import { parsePromDuration, promDuration } from '../base/units/duration.ts'
import { type DurationRange, parseDurationRange } from '../base/units/duration-range.ts'
import type { LintRule } from '../lint/finding.ts'
import { probeErrors } from './errors.ts'
import { getJson, type ProbeAccess, type ProbeOptions } from './json.ts'
import { type AlertRuleState, alertStatesOf, type RuleGroup } from './rule-answer.ts'
import { parseSampleValue } from './sample-value.ts'

/** The slice of Prometheus that drills read. Every call throws FD_PROBE_UNREACHABLE or FD_PROBE_ANSWER. */
export class Prometheus {
  readonly #base: string
  readonly #access: ProbeAccess

  constructor(baseUrl: string, access: ProbeAccess = {}) {
    this.#base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`
    this.#access = access
  }

  /** Evaluates an expression now. A scalar is one sample without labels; an empty vector is no samples. */
  async query(expression: string, options: ProbeOptions): Promise<(Sample & { labels: Labels })[]> {
    const data = await this.#get<QueryData | { resultType: 'scalar'; result: Pair }>('query', options, {
      query: expression,
    })
    if (data.resultType === 'scalar') return [{ labels: {}, ...sample(data.result as Pair) }]
    return (data as QueryData).result.flatMap(({ metric, value }) =>
      value === undefined ? [] : [{ labels: metric, ...sample(value) }],
    )
  }

  /** The samples of the last `windowMs` as they were scraped, each with its own timestamp. Only for a plain selector. */
  async samples(selector: string, windowMs: number, options: ProbeOptions): Promise<Series[]> {
    const data = await this.#get<QueryData>('query', options, {
      query: `${selector}[${promDuration(Math.max(1, windowMs))}]`,
    })
    return data.result.map(({ metric, values }) => ({ labels: metric, samples: (values ?? []).map(sample) }))
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
    })
    return data.result.map(({ metric, values }) => ({ labels: metric, samples: (values ?? []).map(sample) }))
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
    const data = await this.#get<{ alerts: { labels: Labels; state: string; activeAt: string }[] }>('alerts', options)
    return data.alerts.flatMap(({ labels, state, activeAt }) =>
      state === 'pending' || state === 'firing' ? [{ labels, state, activeAtMs: Date.parse(activeAt) }] : [],
    )
  }

  async alertRules(options: ProbeOptions): Promise<AlertRule[]> {
    const data = await this.#get<{ groups: RuleGroup[] }>('rules', options, { type: 'alert' })
    return data.groups.flatMap((group) =>
      group.rules
        .filter((rule) => rule.type === 'alerting')
        .map((rule) => {
          const shows = parseDurationRange(rule.annotations?.shows_after ?? '')
          return {
            alert: rule.name,
            expr: rule.query,
            forMs: (rule.duration ?? 0) * 1_000,
            evaluationMs: group.interval * 1_000,
            labels: rule.labels ?? {},
            ...defined({ shows }),
          }
        }),
    )
  }

  /** Every alert rule with its state, and what of it is active. */
  async alertStates(options: ProbeOptions): Promise<AlertRuleState[]> {
    const { groups } = await this.#get<{ groups: RuleGroup[] }>('rules', options, { type: 'alert' })
    return alertStatesOf(groups)
  }

  /** The recording rules that are loaded, evaluated or not. */
  async recordingRules(options: ProbeOptions): Promise<RecordingRule[]> {
    const data = await this.#get<{ groups: RuleGroup[] }>('rules', options, { type: 'record' })
    return data.groups.flatMap(({ rules }) =>
      rules
        .filter((rule) => rule.type === 'recording')
        .map(({ name, labels }) => ({ record: name, labels: labels ?? {} })),
    )
  }

  /** Every rule that is loaded, with its expression as Prometheus writes it. */
  async rules(options: ProbeOptions): Promise<LintRule[]> {
    const { groups } = await this.#get<{ groups: RuleGroup[] }>('rules', options)
    return groups.flatMap(({ name: group, interval, rules }) =>
      rules.map((rule) => ({
        group,
        name: rule.name,
        alerts: rule.type === 'alerting',
        expr: rule.query,
        forMs: (rule.duration ?? 0) * 1_000,
        evaluationMs: interval * 1_000,
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
  flags(options: ProbeOptions): Promise<Record<string, string>> {
    return this.#get<Record<string, string>>('status/flags', options)
  }

  /** The configuration that is loaded, as YAML, defaults filled in and secrets left out. */
  async config(options: ProbeOptions): Promise<string> {
    return (await this.#get<{ yaml: string }>('status/config', options)).yaml
  }

  async version(options: ProbeOptions): Promise<string> {
    return (await this.#get<{ version: string }>('status/buildinfo', options)).version
  }

  async targets(options: ProbeOptions): Promise<ScrapeTarget[]> {
    type Target = { labels: Labels; health: string; lastError: string; scrapeInterval?: string }
    const data = await this.#get<{ activeTargets: Target[] }>('targets', options, { state: 'active' })
    return data.activeTargets.map(({ labels, health, lastError, scrapeInterval }) => ({
      labels,
      up: health === 'up',
      lastError,
      everyMs: parsePromDuration(scrapeInterval ?? '') ?? 0,
    }))
  }

  /** The Alertmanagers that Prometheus sends to, by URL. */
  async alertmanagers(options: ProbeOptions): Promise<string[]> {
    const data = await this.#get<{ activeAlertmanagers: { url: string }[] }>('alertmanagers', options)
    return data.activeAlertmanagers.map(({ url }) => url)
  }

  async #get<T>(path: string, options: ProbeOptions, parameters: Record<string, string> = {}): Promise<T> {
    const url = new URL(`api/v1/${path}`, this.#base)
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    const answer = (await getJson(url, { ...options, ...this.#access })) as Answer<T>
    if (answer.status !== 'success') {
      throw probeErrors.error('FD_PROBE_ANSWER', {
        message: answer.error ?? `answered status "${answer.status}"`,
        where: url.href,
      })
    }
    return answer.data
  }
}

function sample([atSeconds, value]: Pair): Sample {
  return { atMs: Math.round(atSeconds * 1_000), value: parseSampleValue(value) }
}

/**
 * Whether the text is one selector (`up{service="store"}`), whose samples can be read raw, rather than an expression,
 * which has a value only at the moment it is evaluated.
 */
export function isSelector(expression: string): boolean {
  return /^[a-zA-Z_:][\w:]*\s*(?:\{(?:[^"'{}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*\})?$/.test(expression.trim())
}

/** Labels as a person reads them: `{a="1", b="2"}`. */
export function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  return `{${pairs.join(', ')}}`
}

/** Whether `labels` has every label that is wanted, with that value. */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value)
}

export type Labels = Record<string, string>

/** One value of one series. `atMs` is epoch milliseconds: the sample's own timestamp, or the evaluation's. */
export interface Sample {
  atMs: number
  value: number
}

export interface Series {
  labels: Labels
  samples: Sample[]
}

/** An alert as the rule evaluation sees it. `activeAtMs` is when its expression first held. */
export interface ActiveAlert {
  labels: Labels
  state: 'pending' | 'firing'
  activeAtMs: number
}

/** One alerting rule and its clock, in milliseconds. */
export interface AlertRule {
  alert: string
  expr: string
  forMs: number
  evaluationMs: number
  labels: Labels
  /** By its annotation `shows_after`: how long a failure lasts before the next scrape can make its expression hold. */
  shows?: DurationRange
}

export interface RecordingRule {
  record: string
  labels: Labels
}

export interface ScrapeTarget {
  labels: Labels
  /** False until its first scrape. */
  up: boolean
  lastError: string
  /** Time between two scrapes, in milliseconds. */
  everyMs: number
}

interface Answer<T> {
  status: string
  data: T
  error?: string
}
type Pair = [number, string]
type QueryData = { resultType: string; result: { metric: Labels; value?: Pair; values?: Pair[] }[] }
