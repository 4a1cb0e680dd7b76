import { request } from 'undici'
import { answerText } from '../base/http/answer-text.ts'
import { largest } from '../base/largest.ts'
import type { Journal } from '../drills/journal/journal.ts'
import type { StageName } from '../drills/journal/schema/stage.ts'
import { reporterErrors } from './errors.ts'

/** What a drill did, as annotations on Grafana's dashboards. */

const TIMEOUT_MS = 5_000
const MOST_ANSWER_BYTES = 64 * 1024
/** By it the dashboards find what a drill wrote. */
const TAG = 'firedrill'

/** An annotation as Grafana's HTTP API takes it. Epoch milliseconds; without an end it is a moment. */
export interface Annotation {
  time: number
  timeEnd?: number
  tags: string[]
  text: string
}

/** What a run leaves on the graphs: the drill, its faults, the alert it waited for, and the repair. */
export function annotationsOf(journal: Journal): Annotation[] {
  const stage = (name: StageName) => journal.stages.find((one) => one.name === name && one.atMs !== null)
  const between = (from: StageName, to: StageName, kind: string): Annotation[] => {
    const begin = stage(from)
    if (begin === undefined) return []
    return [annotation({ beginMs: begin.atMs, endMs: stage(to)?.atMs, tags: [kind], text: begin.detail })]
  }
  const { drill, verdict, startedAt, timings, faults } = journal
  const endMs = largest(
    timings.map(({ startedAtMs, tookMs }) => startedAtMs + tookMs),
    Number.NEGATIVE_INFINITY,
  )
  return [
    annotation({
      beginMs: Date.parse(startedAt),
      endMs: Number.isFinite(endMs) ? endMs : null,
      tags: ['drill', verdict],
      text: `${drill.title}: ${verdict}`,
    }),
    ...faults.map(({ fault, service, replica, injectedAtMs, lifted, landing }) =>
      annotation({
        beginMs: injectedAtMs,
        endMs: lifted?.liftedAtMs,
        tags: ['fault', fault, service],
        text: `${fault} on ${replica ?? service}: ${landing.proof}`,
      }),
    ),
    ...between('firing', 'resolved', 'alert'),
    ...between('acting', 'acted', 'repair'),
  ]
}

function annotation({
  beginMs,
  endMs,
  tags,
  text,
}: {
  beginMs: number | null
  endMs: number | null | undefined
  tags: string[]
  text: string
}): Annotation {
  const end = endMs === null || endMs === undefined ? {} : { timeEnd: Math.round(endMs) }
  return { time: Math.round(beginMs ?? 0), ...end, tags: [TAG, ...tags], text }
}

export interface GrafanaLogin {
  url: string
  user: string
  password: string
}

/** Writes annotations through Grafana's HTTP API. @throws FD_GRAFANA_ANNOTATIONS when one is not taken */
export async function writeAnnotations(login: GrafanaLogin, annotations: readonly Annotation[]): Promise<void> {
  const { url, user, password } = login
  const where = new URL('/api/annotations', url).href
  for (const one of annotations) {
    const { statusCode, body } = await request(where, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(one),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    }).catch((cause: Error) => {
      throw reporterErrors.error('FD_GRAFANA_ANNOTATIONS', { message: `no answer: ${cause.message}`, where, cause })
    })
    const text = await answerText(body, MOST_ANSWER_BYTES).catch(() => '')
    if (statusCode === 200) continue
    throw reporterErrors.error('FD_GRAFANA_ANNOTATIONS', {
      message: `Grafana answered ${statusCode}`,
      where,
      given: text.slice(0, 200),
    })
  }
}
