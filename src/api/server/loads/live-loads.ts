import type { LoadHead, LoadRunView, LoadView } from '../../contract.ts'
import { latencyLimitOf } from './latency-limit.ts'
import { LoadHistory } from './load-history.ts'

/** The loads that report to control, and the last ones that did: what each has reported, and its figures over time. */
export class LiveLoads {
  readonly #options: LiveLoadsOptions
  readonly #loads = new Map<string, LiveLoad>()
  readonly #waiting = new Set<(view: LoadView) => void>()

  constructor(options: LiveLoadsOptions = {}) {
    this.#options = options
  }

  /** Takes what a load reports each second. */
  report(view: LoadView): void {
    let load = this.#loads.get(view.id)
    if (load === undefined) {
      load = { view, reportedMs: 0, seconds: 0, history: new LoadHistory() }
      this.#loads.set(view.id, load)
      this.#forget()
    }
    if (view.seconds > load.seconds && view.lastSecond !== null) load.history.add(pointOf(view, view.lastSecond))
    load.seconds = Math.max(load.seconds, view.seconds)
    load.view = view
    load.reportedMs = this.#nowMs()
    for (const look of this.#waiting) look(view)
  }

  /** The load that began last of those that run; without one, the load that reported last. */
  current(): LoadView | undefined {
    const views = this.#views()
    const running = views.filter(({ ended }) => !ended).sort((a, b) => b.startedAtMs - a.startedAtMs)
    if (running[0] !== undefined) return running[0]
    const last = [...this.#loads.values()].sort((a, b) => b.reportedMs - a.reportedMs)[0]
    return last && this.#viewOf(last)
  }

  /** Latest first. */
  heads(): LoadHead[] {
    return this.#views()
      .sort((a, b) => b.startedAtMs - a.startedAtMs)
      .map((view) => this.#headOf(view))
  }

  find(id: string): LoadView | undefined {
    const load = this.#loads.get(id)
    return load && this.#viewOf(load)
  }

  run(id: string): LoadRunView | undefined {
    const load = this.#loads.get(id)
    if (load === undefined) return undefined
    const view = this.#viewOf(load)
    return {
      ...this.#headOf(view),
      reasons: [],
      saturation: { saturated: view.saturated, latenessP99Ms: view.latenessP99Ms, reason: view.saturatedBy },
      thresholds: view.thresholds.map((one) => ({ ...one, latencyMs: latencyLimitOf(one.text) })),
      checks: [],
      unfinished: 0,
      endpoints: view.endpoints.map(({ lastSecond: _, ...endpoint }) => endpoint),
      history: load.history.view(),
      faults: [],
    }
  }

  /** Resolves when a load of that process has reported. Aborting ends the wait. */
  whenReported(pid: number | undefined, signal: AbortSignal): Promise<LoadView> {
    return new Promise((resolve) => {
      const look = (view: LoadView) => {
        if (view.pid !== pid) return
        this.#waiting.delete(look)
        resolve(view)
      }
      this.#waiting.add(look)
      signal.addEventListener('abort', () => this.#waiting.delete(look), { once: true })
    })
  }

  #nowMs(): number {
    return (this.#options.nowMs ?? (() => performance.now()))()
  }

  #views(): LoadView[] {
    return [...this.#loads.values()].map((load) => this.#viewOf(load))
  }

  /** A load that is silent has ended without a last report. */
  #viewOf({ view, reportedMs }: LiveLoad): LoadView {
    return view.ended || this.#nowMs() - reportedMs < SILENT_MS ? view : { ...view, ended: true, users: 0 }
  }

  #headOf(view: LoadView): LoadHead {
    const { id, drill, journey, target, plan, startedAtMs, elapsedMs, durationMs, users, total, ended, pid } = view
    const isOurs = this.#options.isOurs?.(pid) ?? false
    return {
      id,
      state: ended ? 'ended' : 'running',
      kept: false,
      startedBy: drill !== null ? 'drill' : isOurs ? 'console' : 'terminal',
      mayStop: isOurs && !ended,
      drill,
      journey,
      target,
      plan,
      startedAtMs,
      elapsedMs,
      durationMs,
      users,
      outcome: null,
      total,
    }
  }

  /** The oldest one that has ended goes first. */
  #forget(): void {
    while (this.#loads.size > MOST_LOADS) {
      const views = this.#views()
      const first = views.find(({ ended }) => ended) ?? views[0]
      if (first === undefined) return
      this.#loads.delete(first.id)
    }
  }
}

export interface LiveLoadsOptions {
  /** Whether control has started the process of that pid. Default: none. */
  isOurs?(pid: number): boolean
  /** Default: the monotonic clock. */
  nowMs?(): number
}

/** A load that has not reported for this long, in milliseconds, has ended without a last report. */
const SILENT_MS = 10_000
/** Loads that are remembered. Each has up to some hundred KiB of figures. */
const MOST_LOADS = 12

interface LiveLoad {
  view: LoadView
  /** Of the monotonic clock. */
  reportedMs: number
  /** Seconds that are in the history. */
  seconds: number
  history: LoadHistory
}

function pointOf(view: LoadView, lastSecond: NonNullable<LoadView['lastSecond']>) {
  const { seconds, startedAtMs, elapsedMs, users, lastCauses, endpoints } = view
  const spanMs = spanOf(seconds, elapsedMs)
  return {
    atMs: startedAtMs + (seconds - 1) * 1_000 + spanMs,
    spanMs,
    users,
    total: lastSecond,
    causes: lastCauses,
    endpoints: endpoints.flatMap((one) => (one.lastSecond === null ? [] : [[one.name, one.lastSecond] as const])),
  }
}

/** Length of the last of that many seconds, in milliseconds: only the end of a load cuts one short. */
export function spanOf(seconds: number, elapsedMs: number): number {
  return Math.max(1, Math.min(1_000, Math.round(elapsedMs - (seconds - 1) * 1_000)))
}
