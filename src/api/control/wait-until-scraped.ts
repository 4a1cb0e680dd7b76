import { formatDuration } from '../../base/units/duration.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import type { Prometheus } from '../../probes/prometheus.ts'
import { apiErrors } from '../errors.ts'

/** The last step of bringing a stack up: Prometheus sees all of it. */

export interface Scraping {
  prometheus: Prometheus
  /** Names of the services that it scrapes. */
  scraped: readonly string[]
  /** In milliseconds. */
  withinMs: number
  /** The command that shows the log of Prometheus. */
  logs: string
}

/**
 * Waits until Prometheus has scraped every target and has found its Alertmanager: before that, no fault would be seen.
 * @throws FD_STACK_NOT_SCRAPED
 */
export async function waitUntilScraped(
  { prometheus, scraped, withinMs, logs }: Scraping,
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = { timeoutMs: 2_000, signal }
  try {
    await waitUntil(
      async () => {
        const targets = await prometheus.targets(options)
        const missing = targets
          .filter((target) => !target.up)
          .map(({ labels, lastError }) => `${labels.instance} ${lastError}`)
        const seen = new Set(targets.map(({ labels }) => labels.service))
        const undiscovered = scraped.filter((name) => !seen.has(name))
        if (undiscovered.length > 0) return notYet(`not discovered yet: ${undiscovered.join(', ')}`)
        if (missing.length > 0) return notYet(`not scraped: ${missing.join(', ')}`)
        const alertmanagers = await prometheus.alertmanagers(options)
        return alertmanagers !== undefined && alertmanagers.length > 0
          ? done(undefined)
          : notYet('no Alertmanager discovered yet')
      },
      { what: 'Prometheus to scrape every target', timeoutMs: withinMs, intervalMs: 50, signal },
    )
  } catch (error) {
    signal?.throwIfAborted()
    throw apiErrors.error('FD_STACK_NOT_SCRAPED', {
      message: `Prometheus did not see every target within ${formatDuration(withinMs)}`,
      given: (error as { details?: { given?: string } }).details?.given ?? String(error),
      next: logs,
      cause: error,
    })
  }
}
