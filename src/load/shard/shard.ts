import { type Engine, type EngineOptions, type EngineReport, startEngine } from '../users/engine.ts'

const REPORT_MS = 1_000

/** What a part of a load tells while it runs. */
export type ShardEvent =
  /** All users of this part run. */
  | { kind: 'running' }
  | { kind: 'report'; second: number; report: EngineReport }
  /** Nothing more will come. */
  | { kind: 'ended' }

/** One thread's part of a load, wherever it runs. */
export interface Shard {
  /** Resolves when the part could start at once. */
  ready: Promise<void>
  start(): void
  stop(): void
  /** Resolves after `ended` was told; rejects when the part broke down. */
  done: Promise<void>
}

/** Runs an engine in this thread and tells of each of its seconds. */
export function localShard(options: EngineOptions, tell: (event: ShardEvent) => void): Shard {
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
    void running.allRunning.then(() => tell({ kind: 'running' }))
    let second = 0
    const report = () => {
      tell({ kind: 'report', second, report: running.report() })
      second += 1
    }
    const timer = setInterval(report, REPORT_MS)
    await running.ended
    clearInterval(timer)
    report()
    tell({ kind: 'ended' })
  }

  return {
    ready: Promise.resolve(),
    start: () => begin(),
    stop: () => {
      stopped = true
      begin()
      void engine?.stop()
    },
    done: run(),
  }
}
