import { randomBytes } from 'node:crypto'
import { pollFor } from '../../base/wait.ts'
import type { Alertmanager } from '../../probes/alertmanager.ts'
import type { ReceivedAlert } from '../../probes/received-alert.ts'
import type { Receiver } from '../../receiver/receiver.ts'

/** A synthetic alert, and what becomes of it. */

/** What became of a synthetic alert. */
export interface CopyProof {
  alertname: string
  /** How long it took until a copy had arrived, in milliseconds; missing when none has. */
  tookMs?: number
  /** Of each receiver through which a copy came. */
  copies: ReceivedAlert[]
}

/**
 * Posts a synthetic alert to Alertmanager, waits for a copy of its notification, and ends the alert. The receivers that its labels lead to
 * are notified as well.
 */
export async function proveCopy(
  { alertmanager, receiver }: { alertmanager: Alertmanager; receiver: Receiver },
  { labels = {}, withinMs, signal }: ProveOptions,
): Promise<CopyProof> {
  const startedMs = Date.now()
  const nonce = randomBytes(6).toString('hex')
  const alert = {
    labels: { alertname: SYNTHETIC, severity: 'info', ...labels, firedrill: nonce },
    annotations: ANNOTATIONS,
    startsAtMs: startedMs,
  }
  const bounded = { timeoutMs: POST_MS, signal }
  await alertmanager.post([{ ...alert, endsAtMs: startedMs + withinMs + LASTS_MS }], bounded)
  try {
    const find = async () =>
      (await receiver.received(startedMs, signal)).filter((one) => one.receivedAtMs >= startedMs && isAbout(one, nonce))
    const copies = await pollFor(find, {
      until: (found) => found.length > 0,
      timeoutMs: withinMs,
      intervalMs: 100,
      signal,
    })
    const [first] = copies
    const tookMs = first && first.receivedAtMs - startedMs
    return { alertname: alert.labels.alertname, ...(tookMs === undefined ? {} : { tookMs }), copies }
  } finally {
    await alertmanager.post([{ ...alert, endsAtMs: Date.now() }], { timeoutMs: POST_MS }).catch(() => undefined)
  }
}

interface ProveOptions {
  /** Beside its name: they decide which route it takes. */
  labels?: Readonly<Record<string, string>> | undefined
  /** How long a copy is waited for, in milliseconds. */
  withinMs: number
  signal?: AbortSignal | undefined
}

const SYNTHETIC = 'FiredrillSyntheticAlert'
const ANNOTATIONS = {
  summary: 'A synthetic alert of firedrill system check --prove: nothing is wrong, and nothing is to be done',
}
const POST_MS = 5_000
/** It ends by itself when nobody is left to end it. */
const LASTS_MS = 60_000

/** A message for people may have no more of an alert than its name. */
function isAbout({ labels, text = '' }: ReceivedAlert, nonce: string): boolean {
  return labels === undefined ? text.includes(SYNTHETIC) : labels.firedrill === nonce
}
