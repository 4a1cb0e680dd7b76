import { messageOf } from '../../base/errors.ts'
import { formatDuration } from '../../base/units/duration.ts'
import type { Alertmanager } from '../../probes/alertmanager.ts'
import { openReceiver, type ReceiverPlace } from '../../receiver/open-receiver.ts'
import { type CopiedReceivers, copiedReceivers } from './copied-receivers.ts'
import { copyLines } from './copy-lines.ts'
import { type CopyProof, proveCopy } from './prove-copy.ts'

/** What `system check` finds of the copies of notifications. */

/** What is known of the copies of a system's notifications. */
export interface CopyFinding {
  status: 'ok' | 'note' | 'bad'
  detail: string
  /** What to add to Alertmanager's configuration. */
  paste: string[]
}

/** Whether copies of the notifications arrive where the description says: by Alertmanager's configuration, and by a proof if wanted. */
export async function inspectCopies(
  place: ReceiverPlace,
  { alertmanager, config, waitMs, ...options }: CopyInspection,
): Promise<CopyFinding[]> {
  const { env = process.env, prove, signal } = options
  const url = (place.url ?? `http://${place.listen}`).replace(/\/$/, '')
  const known = copiedReceivers(config, url)
  const paste = copyLines(known, { url, tokenFrom: place.tokenFrom })
  const findings: CopyFinding[] = [byConfiguration(known, { url, paste })]
  try {
    const receiver = await openReceiver(place, env)
    try {
      if (prove !== undefined) {
        const withinMs = waitMs + PROVE_MS
        const proof = await proveCopy({ alertmanager, receiver }, { labels: prove, withinMs, signal })
        findings.push(byProof(proof, withinMs))
      }
    } finally {
      await receiver.close()
    }
  } catch (error) {
    signal?.throwIfAborted()
    findings.push({ status: 'bad', detail: messageOf(error), paste: [] })
  }
  return findings
}

export interface CopyInspection {
  alertmanager: Alertmanager
  /** Alertmanager's configuration. */
  config: string
  /** The longest that a group waits before it notifies of a new alert, in milliseconds. */
  waitMs: number
  env?: NodeJS.ProcessEnv | undefined
  /** Labels of a synthetic alert to post; without them nothing is posted. */
  prove?: Readonly<Record<string, string>> | undefined
  signal?: AbortSignal | undefined
}

/** How long a copy may take beside its group's wait, in milliseconds. */
const PROVE_MS = 15_000

function byConfiguration(
  { notifying, own, copied, hidden, routed }: CopiedReceivers,
  { url, paste }: { url: string; paste: string[] },
): CopyFinding {
  if (routed) return { status: 'ok', detail: `one route copies every notification to ${url}`, paste: [] }
  const missing = notifying.filter((name) => !copied.includes(name))
  if (missing.length === 0 && notifying.length + own.length > 0)
    return {
      status: 'ok',
      detail: `every receiver copies its notifications to ${url}: ${[...copied, ...own].join(', ')}`,
      paste: [],
    }
  const unseen = missing.filter((name) => hidden.includes(name))
  if (unseen.length > 0 && unseen.length === missing.length) {
    const detail = `Alertmanager does not show whether ${unseen.join(', ')} copies to ${url}; --prove finds out`
    return { status: 'note', detail, paste }
  }
  const without = notifying.length === 0 ? 'no receiver notifies anybody' : `no copy from ${missing.join(', ')}`
  return { status: 'note', detail: `${without}: what they are notified of is not measured at ${url}`, paste }
}

function byProof({ alertname, tookMs, copies }: CopyProof, withinMs: number): CopyFinding {
  if (tookMs === undefined) {
    const detail = `no copy of the synthetic alert ${alertname} arrived within ${formatDuration(withinMs)}`
    return { status: 'bad', detail, paste: [] }
  }
  const through = copies.map(({ receiver, form }) => receiver ?? form).join(', ')
  return {
    status: 'ok',
    detail: `a copy of ${alertname} arrived after ${formatDuration(tookMs)}, of ${through}`,
    paste: [],
  }
}
