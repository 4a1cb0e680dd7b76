import type { ServerResponse } from 'node:http'
import type { Incident } from './incident.ts'
import { viewOf } from './incident-view.ts'

/** Server-sent events of this name each hold a JSON array of the incidents that changed. */
export const INCIDENTS_EVENT = 'incidents'

const MAX_CLIENTS = 200
/** A client that is so far behind is dropped; it comes back with its Last-Event-ID and gets what it missed. */
const BUFFER_LIMIT_BYTES = 1024 * 1024
/** Changes are told together, at most so often. */
const EVERY_MS = 100
const HEARTBEAT_MS = 5_000
const RECONNECT_MS = 1_000

/** The live stream of incidents. The id of an event is the number of the last line of the log that it tells of. */
export class IncidentStream {
  readonly #clients = new Set<ServerResponse>()
  readonly #incidents: () => Iterable<Incident>
  readonly #timers: NodeJS.Timeout[]
  #changed = new Set<Incident>()

  constructor(incidents: () => Iterable<Incident>) {
    this.#incidents = incidents
    this.#timers = [
      setInterval(() => this.#tell(), EVERY_MS).unref(),
      setInterval(() => this.#write(': heartbeat\n\n'), HEARTBEAT_MS).unref(),
    ]
  }

  get hasRoom(): boolean {
    return this.#clients.size < MAX_CLIENTS
  }

  changed(incident: Incident): void {
    if (this.#clients.size > 0) this.#changed.add(incident)
  }

  /** Adds a client: what changed since `lastEventId`, or everything, then what changes. */
  add(response: ServerResponse, lastEventId: string | undefined): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
    response.on('error', () => undefined)
    response.once('close', () => this.#clients.delete(response))
    this.#clients.add(response)
    const since = /^\d+$/.test(lastEventId ?? '') ? Number(lastEventId) : -1
    const missed = [...this.#incidents()].filter((one) => lastSeq(one) > since)
    response.write(`retry: ${RECONNECT_MS}\n\n${missed.length === 0 ? '' : eventOf(missed)}`)
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer)
    for (const client of this.#clients) client.end()
  }

  #tell(): void {
    if (this.#changed.size === 0) return
    const changed = [...this.#changed]
    this.#changed = new Set()
    this.#write(eventOf(changed))
  }

  #write(text: string): void {
    for (const client of this.#clients) {
      client.write(text)
      if (client.writableLength > BUFFER_LIMIT_BYTES) client.destroy()
    }
  }
}

function lastSeq({ records }: Incident): number {
  return records.at(-1)?.seq ?? 0
}

function eventOf(incidents: readonly Incident[]): string {
  const id = Math.max(...incidents.map(lastSeq))
  return `id: ${id}\nevent: ${INCIDENTS_EVENT}\ndata: ${JSON.stringify(incidents.map(viewOf))}\n\n`
}
