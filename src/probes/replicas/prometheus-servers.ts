import { isObject } from '../../base/is-object.ts'
import { probeErrors } from '../errors.ts'
import { getJson, type ProbeAccess, type ProbeOptions } from '../json.ts'
import type { Labels, Sample } from '../prometheus-data.ts'
import { type Pair, type QueryData, sampleOf } from '../sample-value.ts'
import { Replicas } from './replicas.ts'

/** Servers that answer as one Prometheus, and how they are asked. */
export class PrometheusServers {
  readonly #replicas: Replicas
  readonly #access: ServersAccess

  constructor(urls: readonly string[], access: ServersAccess) {
    this.#replicas = new Replicas(urls)
    this.#access = access
  }

  /** The answer of one of them. @throws FD_PROBE_UNREACHABLE, FD_PROBE_ANSWER */
  get<T>(path: string, options: ProbeOptions, parameters?: Parameters): Promise<T> {
    return this.#replicas.first((url) => this.#ask<T>(url, path, { options, parameters }))
  }

  /** An expression, evaluated by one of them. A scalar is one sample without labels; an empty vector is no samples. */
  async evaluate(parameters: Parameters, options: ProbeOptions): Promise<(Sample & { labels: Labels })[]> {
    return samplesIn(await this.get<QueryAnswer>('query', options, parameters))
  }

  /** The same of each, in order; `undefined` of one that fails, or is much later than another. Rejects when none answers. */
  each<T>(look: (ask: Ask, at: { url: string; index: number }) => Promise<T>): Promise<(T | undefined)[]> {
    return this.#replicas.each((url, index) =>
      look((path, options, parameters) => this.#ask(url, path, { options, parameters }), { url, index }),
    )
  }

  async #ask<T>(baseUrl: string, path: string, { options, parameters = {} }: Asked): Promise<T> {
    const url = new URL(`api/v1/${path}`, baseUrl)
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    const { authorization, headers, door, wantsAll = false } = this.#access
    const answer = await getJson(url, { ...options, authorization, headers, door })
    const { status, data, error } = isObject(answer) ? answer : {}
    if (status === 'success' && data !== undefined) {
      const part = wantsAll ? whyPartial(answer) : undefined
      if (part === undefined) return data as T
      throw probeErrors.error('FD_PROBE_ANSWER', { message: `answered with a part only: ${part}`, where: url.href })
    }
    throw probeErrors.error('FD_PROBE_ANSWER', {
      message: typeof error === 'string' ? error : `answered status "${String(status)}"`,
      where: url.href,
    })
  }
}

export interface ServersAccess extends Pick<ProbeAccess, 'authorization' | 'headers' | 'door'> {
  /** Whether an answer that says of itself that it is a part of the whole is an error. Default: it is taken. */
  wantsAll?: boolean
}

type Parameters = Readonly<Record<string, string>>

/** Asks one of the servers. */
export type Ask = <T>(path: string, options: ProbeOptions, parameters?: Parameters) => Promise<T>

interface Asked {
  options: ProbeOptions
  parameters: Parameters | undefined
}

export type QueryAnswer = QueryData | { resultType: 'scalar'; result: Pair }

/** The samples of an instant query. */
export function samplesIn(answer: QueryAnswer): (Sample & { labels: Labels })[] {
  if (answer.resultType === 'scalar') return [{ labels: {}, ...sampleOf(answer.result as Pair) }]
  return (answer as QueryData).result.flatMap(({ metric, value }) =>
    value === undefined ? [] : [{ labels: metric, ...sampleOf(value) }],
  )
}

/** What is missing: VictoriaMetrics has a flag for it, Thanos warns. Warnings about the expression itself begin with PromQL. */
function whyPartial(answer: unknown): string | undefined {
  const { isPartial, warnings } = isObject(answer) ? answer : {}
  if (isPartial === true) return 'isPartial'
  return (Array.isArray(warnings) ? warnings : []).map(String).find((text) => !text.startsWith('PromQL'))
}
