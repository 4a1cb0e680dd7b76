import { type Engine, type EngineOptions, type EngineReport, startEngine } from '../users/engine.ts'

/** One thread's share of a load. */

const REPORT_MS = 1_000

/** Runs an engine in this thread and reports each of its seconds. */
export function localShard(options: EngineOptions, onEvent: (event: ShardEvent) => void): Shard {
  let engine: Engine | undefined
  let begin: () => void = () => undefined
  let stopped = false
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })

  async function run(): Promise<void> {
    await begun
    const running = startEngine(options)
    engine = running
    if (stopped) void running.stop()
    void running.allRunning.then(() => onEvent({ kind: 'running' }))
    let second = 0
    const report = () => {
      onEvent({ kind: 'report', second, report: running.report() })
      second += 1
    }
    const timer = setInterval(report, REPORT_MS)
    await running.ended
    clearInterval(timer)
    report()
    onEvent({ kind: 'ended' })
  }

  const stop = () => {
    stopped = true
    begin()
    void engine?.stop()
  }
  return { ready: Promise.resolve(), start: () => begin(), stop, terminate: stop, done: run() }
}

/** What a shard reports while it runs. */
export type ShardEvent =
  /** All users of this shard run. */
  | { kind: 'running' }
  | { kind: 'report'; second: number; report: EngineReport }
  /** Its worker no longer answers: what it has done since its last report is unknown. No event follows. */
  | { kind: 'lost' }
  /** No event follows. */
  | { kind: 'ended' }

/** One thread's share of a load: in this thread, another one, or on another machine. */
export interface Shard {
  /** Resolves when the shard can start at once. */
  ready: Promise<void>
  start(): void
  /** Lets every user finish its task and clean up, within bounds. */
  stop(): void
  /** Ends it at once, whatever its journey does. */
  terminate(): void
  /** Resolves after the event `ended` or `lost`; rejects when the shard broke down. */
  done: Promise<void>
}
