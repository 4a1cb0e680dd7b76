/**
 * How a request ended for the user who sent it. `good`; `rejected`: the service refused the request (4xx); `error`: the service
 * failed (5xx); `wrong`: a check found the answer wrong; `unanswered`: no complete answer came (refused, reset, timed out,
 * unreachable, a broken certificate or redirect); `unsent`: the client itself was at fault, so that it says nothing about the
 * service.
 */
export const clientResults = ['good', 'rejected', 'error', 'wrong', 'unanswered', 'unsent'] as const
export type ClientResult = (typeof clientResults)[number]

/** Counts of one endpoint since the start of a load. What is in no cause went well. */
export interface EndpointCounts {
  name: string
  requests: number
  causes: Readonly<Record<string, number>>
}

/** Requests to one endpoint that ended in one way. */
export interface ClientCount {
  endpoint: string
  result: ClientResult
  count: number
}

/** Sends what a load counts to the process that keeps the counters: each time what is new since what last arrived. */
export class ClientFeed {
  readonly #post: (counts: ClientCount[]) => Promise<void>
  /** What has arrived, by endpoint and result. */
  readonly #arrived = new Map<string, number>()
  #latest: readonly EndpointCounts[] | undefined
  #sending: Promise<void> | undefined

  constructor(post: (counts: ClientCount[]) => Promise<void>) {
    this.#post = post
  }

  /** Resolves when it is sent. Never rejects: what does not arrive is sent again with the next counts. */
  send(endpoints: readonly EndpointCounts[]): Promise<void> {
    this.#latest = endpoints
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined
    })
    return this.#sending
  }

  /** Sends the last counts: once more when they do not arrive, since no other counts follow. */
  async finish(endpoints: readonly EndpointCounts[]): Promise<void> {
    await this.send(endpoints)
    await this.send(endpoints)
  }

  async #sendAll(): Promise<void> {
    while (this.#latest !== undefined) {
      const counts = this.#latest.flatMap((endpoint) => this.#newOf(endpoint))
      this.#latest = undefined
      if (counts.length === 0) continue
      try {
        await this.#post(counts)
      } catch {
        // What has come meanwhile is newer: it has this, too.
        if (this.#latest === undefined) return
        continue
      }
      for (const { endpoint, result, count } of counts) {
        const name = key(endpoint, result)
        this.#arrived.set(name, (this.#arrived.get(name) ?? 0) + count)
      }
    }
  }

  #newOf(counts: EndpointCounts): ClientCount[] {
    const { name } = counts
    return [...resultsOf(counts)].flatMap(([result, now]) => {
      const count = now - (this.#arrived.get(key(name, result)) ?? 0)
      // An answer that a check finds wrong later is one good answer less than was sent: the next good one makes up for it.
      return count > 0 ? [{ endpoint: name, result, count }] : []
    })
  }
}

export function resultOf(cause: string): ClientResult {
  if (/^http 5\d\d$/.test(cause)) return 'error'
  if (cause.startsWith('http ')) return 'rejected'
  if (cause.startsWith('check failed')) return 'wrong'
  return UNSENT.has(cause) ? 'unsent' : 'unanswered'
}

/** The client itself had no address, no port or no descriptor for it, or ended before the answer came. */
const UNSENT = new Set(['no local port left', 'too many open files', 'dns', 'cut off'])

function resultsOf({ requests, causes }: EndpointCounts): Map<ClientResult, number> {
  const results = new Map<ClientResult, number>()
  let bad = 0
  for (const [cause, count] of Object.entries(causes)) {
    const result = resultOf(cause)
    results.set(result, (results.get(result) ?? 0) + count)
    bad += count
  }
  return results.set('good', Math.max(0, requests - bad))
}

function key(endpoint: string, result: ClientResult): string {
  return `${result} ${endpoint}`
}
