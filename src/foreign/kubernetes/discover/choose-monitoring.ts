import { messageOf } from '../../../base/errors.ts'
import { isObject } from '../../../base/is-object.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { proxyPath } from '../../../kubernetes/paths.ts'
import type { Labels } from '../../../probes/prometheus.ts'
import type { ClusterView } from './cluster-view.ts'
import { type Candidate, findAlertmanagers, findPrometheuses } from './find-monitoring.ts'
import { labelsOfSeries } from './find-services.ts'
import type { ProvenCandidate } from './propose-system.ts'

/** Asks the candidates what they are, through the API server, and chooses. */
export async function chooseMonitoring(
  cluster: Pick<Cluster, 'request'>,
  view: ClusterView,
  signal: AbortSignal | undefined,
): Promise<ChosenMonitoring> {
  const asking: Asking = { cluster, signal }
  const chosen = await choosePrometheus(asking, view)
  const sent = chosen === undefined ? undefined : await sentAlerts(asking, chosen.prometheus)
  const alertmanager = await firstOf(asking, findAlertmanagers(view, sent), {
    path: 'api/v2/status',
    versionOf: (answer) => versionIn(answer, 'versionInfo'),
  })
  return { ...chosen, ...(alertmanager && { alertmanager }) }
}

export interface ChosenMonitoring {
  /** Missing where none was found. */
  prometheus?: ProvenCandidate
  alertmanager?: ProvenCandidate
  /** The label sets of `up`; missing where they could not be asked for. */
  up?: Labels[]
}

/** The most that are asked of each kind, and how long one may take, in milliseconds. */
const MOST_ASKED = 8
const ASK_MS = 5_000

interface Asking {
  cluster: Pick<Cluster, 'request'>
  signal: AbortSignal | undefined
}

interface Question {
  path: string
  /** `undefined` for an answer of something else. */
  versionOf(answer: unknown): string | undefined
}

const BUILD: Question = { path: 'api/v1/status/buildinfo', versionOf: (answer) => versionIn(answer, 'data') }

/** The first that scrapes a pod of the system; else the first that answers; else the first of all, with the reason. */
async function choosePrometheus(
  asking: Asking,
  view: ClusterView,
): Promise<{ prometheus: ProvenCandidate; up?: Labels[] } | undefined> {
  let best: { prometheus: ProvenCandidate; up?: Labels[] } | undefined
  for (const candidate of findPrometheuses(view).slice(0, MOST_ASKED)) {
    const prometheus = await prove(asking, candidate, BUILD)
    const isProven = 'version' in prometheus.proof
    const up = isProven ? await upSeries(asking, prometheus) : undefined
    const found = { prometheus, ...(up && { up }) }
    if (up !== undefined && view.workloads.some(({ pods }) => labelsOfSeries(pods, up) !== undefined)) return found
    if (best === undefined || (isProven && !('version' in best.prometheus.proof))) best = found
  }
  return best
}

async function firstOf(
  asking: Asking,
  candidates: readonly Candidate[],
  question: Question,
): Promise<ProvenCandidate | undefined> {
  let first: ProvenCandidate | undefined
  for (const candidate of candidates.slice(0, MOST_ASKED)) {
    const asked = await prove(asking, candidate, question)
    if ('version' in asked.proof) return asked
    first ??= asked
  }
  return first
}

async function prove(asking: Asking, candidate: Candidate, { path, versionOf }: Question): Promise<ProvenCandidate> {
  try {
    const version = versionOf(await ask(asking, candidate, { path }))
    return { ...candidate, proof: version === undefined ? { why: 'its answer is of another program' } : { version } }
  } catch (error) {
    asking.signal?.throwIfAborted()
    return { ...candidate, proof: { why: messageOf(error) } }
  }
}

function ask(
  { cluster, signal }: Asking,
  { namespace, service, port, scheme, prefix = '' }: Candidate,
  { path, query }: { path: string; query?: Record<string, string> },
): Promise<unknown> {
  const base = proxyPath({ namespace, resource: 'services', name: service, port, scheme })
  const below = prefix.replace(/^\/|\/$/g, '')
  return cluster.request<unknown>({
    path: `${base}${below === '' ? '' : `${below}/`}${path}`,
    timeoutMs: ASK_MS,
    ...(query === undefined ? {} : { query }),
    ...(signal === undefined ? {} : { signal }),
  })
}

function versionIn(answer: unknown, key: 'data' | 'versionInfo'): string | undefined {
  const held = isObject(answer) ? answer[key] : undefined
  return isObject(held) && typeof held.version === 'string' ? held.version : undefined
}

/** The label sets of `up`; `undefined` where it cannot be asked. */
async function upSeries(asking: Asking, prometheus: Candidate): Promise<Labels[] | undefined> {
  const result = await dataOf(asking, prometheus, { path: 'api/v1/query', query: { query: 'up' }, key: 'result' })
  return result?.flatMap(({ metric }) => (isObject(metric) ? [textsOf(metric)] : []))
}

/** To whom it sends alerts, as it says itself. */
async function sentAlerts(asking: Asking, prometheus: Candidate) {
  const active = await dataOf(asking, prometheus, { path: 'api/v1/alertmanagers', key: 'activeAlertmanagers' })
  const urls = (active ?? []).flatMap(({ url }) => (typeof url === 'string' ? [url] : []))
  return { namespace: prometheus.namespace, urls }
}

/** A list of objects in the data of an answer; `undefined` where there is none. */
async function dataOf(
  asking: Asking,
  prometheus: Candidate,
  { key, ...question }: { path: string; query?: Record<string, string>; key: string },
): Promise<Record<string, unknown>[] | undefined> {
  try {
    const answer = await ask(asking, prometheus, question)
    const list = isObject(answer) && isObject(answer.data) ? answer.data[key] : undefined
    return Array.isArray(list) ? list.filter(isObject) : undefined
  } catch {
    asking.signal?.throwIfAborted()
    return undefined
  }
}

function textsOf(metric: Record<string, unknown>): Labels {
  const texts = Object.entries(metric).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(texts)
}
