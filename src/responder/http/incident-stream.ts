import type { ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { Audience } from '../../base/http/audience.ts'
import type { SteadyClock } from '../../base/system/steady-clock.ts'
import type { Incident } from '../incident/incident.ts'
import { viewOf } from '../incident/incident-view.ts'

/** Server-sent events of this name each hold a JSON array of the incidents that changed. */
export const INCIDENTS_EVENT = 'incidents'

const LIMITS = { clients: 1_000, behindBytes: 1024 * 1024, allBehindBytes: 64 * 1024 * 1024 }
/** Of all that there is, or was missed, who connects is told the newest that fit into this; a list has them all. */
const FIRST_LENGTH = 512 * 1024
/** Changes are told together, at most so often. */
const EVERY_MS = 100
/** Telling a thousand clients takes time, which deliveries need more: so many times as long, nothing is told. */
const REST = 20
const HEARTBEAT_MS = 5_000
const RECONNECT_MS = 1_000

/** The live stream of incidents. The id of an event is the number of the last line of the log that it tells of. */
export class IncidentStream {
  readonly #audience = new Audience(LIMITS)
  readonly #incidents: () => Iterable<Incident>
  readonly #clock: SteadyClock
  readonly #timers: NodeJS.Timeout[]
  #changed = new Set<Incident>()
  #restsUntilMs = 0
  /** What who connects anew is told, until something changes. */
  #everything: Buffer | undefined

  constructor(incidents: () => Iterable<Incident>, clock: SteadyClock) {
    this.#incidents = incidents
    this.#clock = clock
    this.#timers = [
      setInterval(() => this.#tell(), EVERY_MS).unref(),
      setInterval(() => this.#audience.tell(': heartbeat\n\n'), HEARTBEAT_MS).unref(),
    ]
  }

  get hasRoom(): boolean {
    return this.#audience.hasRoom
  }

  changed(incident: Incident): void {
    this.#everything = undefined
    if (this.#audience.size > 0) this.#changed.add(incident)
  }

  /** Adds a client: what changed since `lastEventId`, or everything, then what changes. */
  add(response: ServerResponse, lastEventId: string | undefined): void {
    if (/^\d+$/.test(lastEventId ?? '')) {
      this.#audience.add(response, this.#first(Number(lastEventId)))
      return
    }
    this.#everything ??= this.#first(-1)
    this.#audience.add(response, this.#everything)
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#audience.close()
  }

  #first(since: number): Buffer {
    const missed = [...this.#incidents()].filter((one) => lastSeq(one) > since)
    const texts: string[] = []
    let length = 0
    for (const incident of missed.reverse()) {
      const text = JSON.stringify(viewOf(incident, this.#clock.setByMs()))
      length += text.length
      if (length > FIRST_LENGTH) break
      texts.push(text)
    }
    const event = texts.length === 0 ? '' : eventOf(missed, texts.reverse())
    return Buffer.from(`retry: ${RECONNECT_MS}\n\n${event}`)
  }

  #tell(): void {
    const startedMs = performance.now()
    if (this.#changed.size === 0 || startedMs < this.#restsUntilMs) return
    const changed = [...this.#changed]
    this.#changed = new Set()
    const event = eventOf(
      changed,
      changed.map((one) => JSON.stringify(viewOf(one, this.#clock.setByMs()))),
    )
    this.#audience.tell(event)
    const endedMs = performance.now()
    this.#restsUntilMs = endedMs + REST * (endedMs - startedMs)
  }
}

function lastSeq({ records }: Incident): number {
  return records.at(-1)?.seq ?? 0
}

/** Of these incidents, each as JSON. */
function eventOf(incidents: readonly Incident[], texts: readonly string[]): string {
  const id = incidents.reduce((last, one) => Math.max(last, lastSeq(one)), 0)
  return `id: ${id}\nevent: ${INCIDENTS_EVENT}\ndata: [${texts.join(',')}]\n\n`
}
