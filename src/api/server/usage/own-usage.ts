import type { Used } from './process-usage.ts'

/** What this process itself uses: at first on average since its start, then from one reading to the next. */
export class OwnUsage {
  #last = { atMs: performance.now() - process.uptime() * 1_000, cpuMs: 0 }

  read(): Used {
    const { user, system } = process.cpuUsage()
    const [before, now] = [this.#last, { atMs: performance.now(), cpuMs: (user + system) / 1_000 }]
    this.#last = now
    return {
      cpuCores: (now.cpuMs - before.cpuMs) / Math.max(1, now.atMs - before.atMs),
      memoryBytes: process.memoryUsage.rss(),
    }
  }
}
