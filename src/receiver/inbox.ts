import { defined } from '../base/defined.ts'
import type { ReceivedAlert } from '../probes/received-alert.ts'
import type { Notice } from './notice.ts'

/** The alerts of which notifications have arrived, in bounded memory: the oldest are dropped. */
export class Inbox {
  readonly #most: { alerts: number; bytes: number }
  readonly #alerts = new Map<string, { alert: ReceivedAlert; bytes: number }>()
  #bytes = 0
  #dropped = 0
  #ended = 0

  constructor(most = MOST) {
    this.#most = most
  }

  /** Alerts that were dropped to make room. */
  get dropped(): number {
    return this.#dropped
  }

  /** Those of which a notification has arrived since that moment, in the order of their first one. */
  since(sinceMs: number): ReceivedAlert[] {
    return [...this.#alerts.values()].flatMap(({ alert }) =>
      Math.max(alert.receivedAtMs, alert.resolvedAtMs ?? 0) >= sinceMs ? [alert] : [],
    )
  }

  /** @param atMs When the notification arrived, in epoch milliseconds. */
  add(notices: readonly Notice[], atMs: number): void {
    for (const notice of notices) this.#add(notice, atMs)
  }

  #add({ key, firing, ...said }: Notice, atMs: number): void {
    const known = this.#alerts.get(key)
    if (known !== undefined && known.alert.resolvedAtMs === undefined) {
      // A reader may still hold the alert as it was.
      const news = firing
        ? { notifications: known.alert.notifications + 1 }
        : { resolvedAtMs: atMs, ...defined({ endsAtMs: said.endsAtMs }) }
      known.alert = { ...known.alert, ...news }
      return
    }
    // The end of an alert of which nothing has arrived before, or which has ended already.
    if (!firing) return
    if (known !== undefined) this.#setAside(key, known)
    const { endsAtMs: _, ...alert } = said
    const bytes = bytesOf(key, said)
    this.#alerts.set(key, { alert: { ...alert, receivedAtMs: atMs, notifications: 1 }, bytes })
    this.#bytes += bytes
    this.#makeRoom()
  }

  /** The same alert fires again: what was known of it stays, under another key. */
  #setAside(key: string, known: { alert: ReceivedAlert; bytes: number }): void {
    this.#alerts.delete(key)
    this.#alerts.set(`${key}\nended ${this.#ended++}`, known)
  }

  #makeRoom(): void {
    for (const [key, { bytes }] of this.#alerts) {
      if (this.#alerts.size <= this.#most.alerts && this.#bytes <= this.#most.bytes) return
      this.#alerts.delete(key)
      this.#bytes -= bytes
      this.#dropped++
    }
  }
}

const MOST = { alerts: 10_000, bytes: 16 * 1024 * 1024 }
/** What an alert and each of its labels take besides their texts, about. */
const [ALERT_BYTES, LABEL_BYTES] = [400, 64]

function bytesOf(key: string, { labels = {}, text = '' }: Omit<Notice, 'key' | 'firing'>): number {
  const ofLabels = Object.entries(labels).reduce(
    (sum, [name, value]) => sum + LABEL_BYTES + 2 * (name.length + value.length),
    0,
  )
  return ALERT_BYTES + 2 * (key.length + text.length) + ofLabels
}
