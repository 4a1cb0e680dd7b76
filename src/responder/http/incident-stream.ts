import type { ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { EventStream, serverSentEvent } from '../../base/http/event-stream.ts'
import type { SteadyClock } from '../../base/system/steady-clock.ts'
import type { Incident } from '../incident/incident.ts'
import { viewOf } from '../incident/incident-view.ts'

/** The live stream of incidents. The id of an event is the number of the last line of the log that it includes. */
export class IncidentStream {
  readonly #stream = new EventStream(LIMITS)
  readonly #incidents: () => Iterable<Incident>
  readonly #clock: SteadyClock
  readonly #timer: NodeJS.Timeout
  #changed = new Set<Incident>()
  #restsUntilMs = 0
  /** What a new client gets first, until something changes. */
  #everything: Buffer | undefined

  constructor(incidents: () => Iterable<Incident>, clock: SteadyClock) {
    this.#incidents = incidents
    this.#clock = clock
    this.#timer = setInterval(() => this.#sendChanged(), EVERY_MS).unref()
  }

  get hasRoom(): boolean {
    return this.#stream.hasRoom
  }

  changed(incident: Incident): void {
    this.#everything = undefined
    if (this.#stream.size > 0) this.#changed.add(incident)
  }

  /** Adds a client: what changed since `lastEventId`, or everything, then what changes. */
  add(response: ServerResponse, lastEventId: string | undefined): void {
    if (/^\d+$/.test(lastEventId ?? '')) {
      this.#stream.add(response, this.#first(Number(lastEventId)))
      return
    }
    this.#everything ??= this.#first(-1)
    this.#stream.add(response, this.#everything)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#stream.close()
  }

  #first(since: number): Buffer {
    const missed = [...this.#incidents()].filter((incident) => lastSeq(incident) > since)
    const texts: string[] = []
    let length = 0
    for (const incident of missed.reverse()) {
      const text = JSON.stringify(viewOf(incident, this.#clock.setByMs()))
      length += text.length
      if (length > FIRST_LENGTH) break
      texts.push(text)
    }
    const event = texts.length === 0 ? '' : eventOf(missed, texts.reverse())
    return Buffer.from(event)
  }

  #sendChanged(): void {
    const startedMs = performance.now()
    if (this.#changed.size === 0 || startedMs < this.#restsUntilMs) return
    const changed = [...this.#changed]
    this.#changed = new Set()
    const event = eventOf(
      changed,
      changed.map((one) => JSON.stringify(viewOf(one, this.#clock.setByMs()))),
    )
    this.#stream.send(event)
    const endedMs = performance.now()
    this.#restsUntilMs = endedMs + REST * (endedMs - startedMs)
  }
}

/** Server-sent events of this name each hold a JSON array of the incidents that changed. */
export const INCIDENTS_EVENT = 'incidents'

const LIMITS = { clients: 1_000, behindBytes: 1024 * 1024, allBehindBytes: 64 * 1024 * 1024, heartbeatMs: 5_000 }
/** Of all incidents, or those it missed, a client first gets the newest that fit into this; the list has them all. Characters. */
const FIRST_LENGTH = 512 * 1024
/** Changes are collected, and sent at most this often. */
const EVERY_MS = 100
/** Sending to a thousand clients takes time, which deliveries need more: nothing is sent for this many times as long. */
const REST = 20

function lastSeq({ records }: Incident): number {
  return records.at(-1)?.seq ?? 0
}

/** Of these incidents, each as JSON. */
function eventOf(incidents: readonly Incident[], texts: readonly string[]): string {
  const id = incidents.reduce((last, one) => Math.max(last, lastSeq(one)), 0)
  return serverSentEvent(INCIDENTS_EVENT, `[${texts.join(',')}]`, id)
}
