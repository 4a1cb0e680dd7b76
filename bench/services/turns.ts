import { type Distribution, distribution, tenth } from '../measuring/distribution.ts'
import type { Pinned } from '../measuring/pinned.ts'
import { print } from '../measuring/print.ts'
import { type LoadFigures, load } from '../measuring/wrk.ts'

export const CONNECTIONS = 64
const WARM_UP_SECONDS = 3

/**
 * Loads all services in turns of `seconds` each, `rounds` times: the machine's speed changes by half within a minute, so that only
 * what was measured within seconds of one another can be compared.
 */
export async function measureInTurns(services: readonly Pinned[], kind: Kind, options: TurnOptions): Promise<Round[]> {
  const { seconds, rounds } = options
  // The first seconds are the compiler's and the cache's.
  for (const service of services) await load(service.url, kind, { seconds: WARM_UP_SECONDS, connections: CONNECTIONS })
  const all: Round[] = []
  for (let round = 0; round < rounds; round++) {
    const points: Round = new Map()
    for (let turn = 0; turn < services.length; turn++) {
      const service = services[(round + turn) % services.length] as Pinned
      points.set(service, await point(service, kind, seconds))
    }
    all.push(points)
    const cell = (service: Pinned) => {
      const { requestsPerSecond = 0, cpuMicroseconds = 0 } = points.get(service) ?? {}
      return `${service.name} ${String(requestsPerSecond).padStart(6)}/s ${String(cpuMicroseconds).padStart(6)} us CPU`
    }
    print(`${kind.padEnd(5)} ${services.map(cell).join('  ')}`)
  }
  return all
}

/** Loads one service for `seconds`. */
export async function point(service: Pinned, kind: Kind, seconds: number): Promise<Point> {
  const beforeSeconds = service.cpuSeconds()
  const figures = await load(service.url, kind, { seconds, connections: CONNECTIONS })
  const cpuSeconds = service.cpuSeconds() - beforeSeconds
  return { ...figures, cpuMicroseconds: tenth((cpuSeconds / (figures.requestsPerSecond * seconds)) * 1e6) }
}

/** How the rounds of one service spread. */
export function summaryOf(rounds: readonly Round[], service: Pinned) {
  const points = rounds.flatMap((round) => round.get(service) ?? [])
  return {
    requestsPerSecond: distribution(points.map(({ requestsPerSecond }) => requestsPerSecond)),
    cpuMicroseconds: distribution(points.map(({ cpuMicroseconds }) => cpuMicroseconds)),
    p50Ms: distribution(points.map(({ p50Ms }) => p50Ms)),
    p99Ms: distribution(points.map(({ p99Ms }) => p99Ms)),
    failed: points.reduce((sum, { failed }) => sum + failed, 0),
  }
}

/** In each round: how many times the requests of the better peer, and how many times less CPU time a request. */
export function timesBetterPeer(rounds: readonly Round[], store: Pinned, peers: readonly Pinned[]): Comparison {
  const times = (of: (round: Round) => number) => distribution(rounds.map(of))
  return {
    byRate: times((round) => {
      const rate = (service: Pinned) => round.get(service)?.requestsPerSecond ?? Number.NaN
      return rate(store) / Math.max(...peers.map(rate))
    }),
    byCpu: times((round) => {
      const cost = (service: Pinned) => round.get(service)?.cpuMicroseconds ?? Number.NaN
      return Math.min(...peers.map(cost)) / cost(store)
    }),
  }
}

export type Kind = 'read' | 'write'

/** One turn of each service. */
export type Round = Map<Pinned, Point>

export interface Point extends LoadFigures {
  /** CPU time of the service a request: what the machine's other users take does not count. */
  cpuMicroseconds: number
}

export interface Comparison {
  byRate: Distribution
  byCpu: Distribution
}

export interface TurnOptions {
  seconds: number
  rounds: number
}
