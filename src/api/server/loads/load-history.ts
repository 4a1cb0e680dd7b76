import type { LoadCounts, LoadHistoryView, LoadLine } from '../../contract.ts'

/** Figures of a load over time, in bounded memory: when there are too many spans, each two neighbours are joined. */
export class LoadHistory {
  readonly #mostSpans: number
  readonly #endpoints: string[] = []
  readonly #causes: string[] = []
  #spans: Span[] = []
  /** Points that one span holds. */
  #each = 1

  constructor(mostSpans = MOST_SPANS) {
    this.#mostSpans = mostSpans
  }

  add(point: LoadPoint): void {
    const span = { ...this.#known(point), points: 1 }
    const last = this.#spans.at(-1)
    // The rest of a second at the end of a load would show a rate of a few requests as a high one.
    if (last !== undefined && (last.points < this.#each || span.spanMs < SHORTEST_MS)) {
      this.#spans[this.#spans.length - 1] = joined(last, span)
    } else this.#spans.push(span)
    if (this.#spans.length <= this.#mostSpans) return
    this.#each *= 2
    const before = this.#spans
    this.#spans = before.flatMap((first, at) => {
      if (at % 2 === 1) return []
      const second = before[at + 1]
      return [second === undefined ? first : joined(first, second)]
    })
  }

  view(): LoadHistoryView {
    const spans = this.#spans
    const hasOthers = spans.some(({ causes }) => causes.has(OTHER_CAUSES))
    return {
      timesMs: spans.map(({ atMs }) => atMs),
      spansMs: spans.map(({ spanMs }) => spanMs),
      users: spans.map(({ users }) => users),
      total: lineOf(spans.map(({ total }) => total)),
      causes: [...this.#causes, ...(hasOthers ? [OTHER_CAUSES] : [])].map((cause) => ({
        cause,
        failures: spans.map(({ causes }) => causes.get(cause) ?? 0),
      })),
      endpoints: this.#endpoints.map((name) => ({
        name,
        ...lineOf(spans.map(({ endpoints }) => endpoints.get(name) ?? NOTHING)),
      })),
    }
  }

  /** The point with the endpoints and causes that have a line of their own. */
  #known({ causes, endpoints, ...point }: LoadPoint): Omit<Span, 'points'> {
    const known: Omit<Span, 'points'> = { ...point, causes: new Map(), endpoints: new Map() }
    for (const [cause, count] of Object.entries(causes)) {
      const name = isListed(this.#causes, cause, MOST_CAUSES) ? cause : OTHER_CAUSES
      known.causes.set(name, (known.causes.get(name) ?? 0) + count)
    }
    for (const [name, counts] of endpoints) {
      if (isListed(this.#endpoints, name, MOST_ENDPOINTS)) known.endpoints.set(name, counts)
    }
    return known
  }
}

/** A stretch of a load, and what ended in it. */
export interface LoadPoint {
  /** Its end, in epoch milliseconds. */
  atMs: number
  spanMs: number
  users: number
  total: LoadCounts
  /** Failures by cause. */
  causes: Readonly<Record<string, number>>
  endpoints: readonly (readonly [name: string, counts: LoadCounts])[]
}

/** A chart has hardly more pixels. */
const MOST_SPANS = 600
const MOST_ENDPOINTS = 20
const MOST_CAUSES = 7
const OTHER_CAUSES = 'other causes'
const SHORTEST_MS = 500
const NOTHING: LoadCounts = { requests: 0, failures: 0, latencyMs: null }

interface Span extends Omit<LoadPoint, 'causes' | 'endpoints'> {
  /** Points that are joined in it. */
  points: number
  causes: Map<string, number>
  endpoints: Map<string, LoadCounts>
}

/** Whether a name has a line of its own; it gets one while there is room. */
function isListed(names: string[], name: string, most: number): boolean {
  if (names.includes(name)) return true
  if (names.length >= most) return false
  names.push(name)
  return true
}

function joined(first: Span, second: Span): Span {
  const causes = new Map(first.causes)
  for (const [cause, count] of second.causes) causes.set(cause, (causes.get(cause) ?? 0) + count)
  const endpoints = new Map(first.endpoints)
  for (const [name, counts] of second.endpoints) endpoints.set(name, together(endpoints.get(name) ?? NOTHING, counts))
  return {
    points: first.points + second.points,
    atMs: second.atMs,
    spanMs: first.spanMs + second.spanMs,
    users: second.users,
    total: together(first.total, second.total),
    causes,
    endpoints,
  }
}

/** Percentiles cannot be averaged: the higher one stands for both. */
function together(first: LoadCounts, second: LoadCounts): LoadCounts {
  const [a, b] = [first.latencyMs, second.latencyMs]
  const higher = (key: keyof NonNullable<typeof a>) => Math.max(a?.[key] ?? 0, b?.[key] ?? 0)
  return {
    requests: first.requests + second.requests,
    failures: first.failures + second.failures,
    latencyMs:
      a === null && b === null
        ? null
        : { p50: higher('p50'), p95: higher('p95'), p99: higher('p99'), max: higher('max') },
  }
}

function lineOf(counts: readonly LoadCounts[]): LoadLine {
  const latency = (key: 'p50' | 'p95' | 'p99') => counts.map(({ latencyMs }) => latencyMs?.[key] ?? null)
  return {
    requests: counts.map(({ requests }) => requests),
    failures: counts.map(({ failures }) => failures),
    p50Ms: latency('p50'),
    p95Ms: latency('p95'),
    p99Ms: latency('p99'),
  }
}
