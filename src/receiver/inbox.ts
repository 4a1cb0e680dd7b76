import { defined } from '../base/defined.ts'
import type { ReceivedAlert } from '../probes/received-alert.ts'
import type { Notice } from './notice.ts'

/** The alerts of which notifications have arrived, in bounded memory: the oldest are dropped. */
export class Inbox {
  readonly #most: { alerts: number; bytes: number }
  readonly #alerts = new Map<string, Entry>()
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

  /**
   * Those of which a notification has arrived since that moment, in the order of their first one. What fires again counts as a repeat where
   * nobody is notified of ends: then the first notification since that moment is what a reader waits for.
   */
  since(sinceMs: number): ReceivedAlert[] {
    return [...this.#alerts.values()].flatMap(({ alert, arrivals }) => {
      if (alert.receivedAtMs >= sinceMs) return [alert]
      const later = arrivals.filter((atMs) => atMs >= sinceMs)
      const [receivedAtMs] = later
      if (receivedAtMs !== undefined) return [{ ...alert, receivedAtMs, notifications: later.length }]
      return (alert.resolvedAtMs ?? 0) >= sinceMs ? [alert] : []
    })
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
      if (firing) this.#keepArrival(known, atMs)
      return
    }
    // The end of an alert of which nothing has arrived before, or which has ended already.
    if (!firing) return
    if (known !== undefined) this.#setAside(key, known)
    // Of pieces of a long message a copy is kept: each would keep all of it in memory.
    const { endsAtMs: _, ...alert } = structuredClone(said)
    const bytes = bytesOf(key, said)
    this.#alerts.set(key, { alert: { ...alert, receivedAtMs: atMs, notifications: 1 }, arrivals: [], bytes })
    this.#bytes += bytes
    this.#makeRoom()
  }

  #keepArrival(entry: Entry, atMs: number): void {
    entry.arrivals.push(atMs)
    if (entry.arrivals.length > MOST_ARRIVALS) {
      entry.arrivals.shift()
      return
    }
    entry.bytes += ARRIVAL_BYTES
    this.#bytes += ARRIVAL_BYTES
    this.#makeRoom()
  }

  /** The same alert fires again: what was known of it stays, under another key. */
  #setAside(key: string, known: Entry): void {
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
/** Of the repeats of one alert. */
const MOST_ARRIVALS = 100
/** What an alert and each of its labels take besides their texts, about. */
const [ALERT_BYTES, LABEL_BYTES] = [400, 64]
const ARRIVAL_BYTES = 8

interface Entry {
  /** As since its first notification. */
  alert: ReceivedAlert
  /** When it was said again that it fires, in epoch milliseconds: the last times. */
  arrivals: number[]
  bytes: number
}

function bytesOf(key: string, { labels = {}, text = '' }: Omit<Notice, 'key' | 'firing'>): number {
  const ofLabels = Object.entries(labels).reduce(
    (sum, [name, value]) => sum + LABEL_BYTES + 2 * (name.length + value.length),
    0,
  )
  return ALERT_BYTES + 2 * (key.length + text.length) + ofLabels
}
