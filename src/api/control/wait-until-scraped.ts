import { defined } from '../../base/defined.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { Prometheus } from '../../probes/prometheus.ts'
import type { StackView } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import type { PreparedStack } from './prepared-stack.ts'

/** The last step of bringing a stack up: Prometheus sees all of it. */

/** Prometheus' own discovery takes 5 s; a slow machine may take several times that. */
const SCRAPED_WITHIN_MS = 45_000

/**
 * Waits until Prometheus has scraped every target and has found its Alertmanager: before that, no fault would be seen.
 * @throws FD_STACK_NOT_SCRAPED
 */
export async function waitUntilScraped(
  view: StackView,
  { scraped, authorizations }: Pick<PreparedStack, 'scraped' | 'authorizations'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const address = view.services.find((service) => service.name === 'prometheus')?.replicas[0]?.address
  if (address === undefined) return
  const prometheus = new Prometheus(`http://${address.host}:${address.port}`, {
    authorization: authorizations.get('prometheus'),
  })
  const options = { timeoutMs: 2_000, ...defined({ signal }) }
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
      { what: 'Prometheus to scrape every target', timeoutMs: SCRAPED_WITHIN_MS, intervalMs: 50, signal },
    )
  } catch (error) {
    signal?.throwIfAborted()
    throw apiErrors.error('FD_STACK_NOT_SCRAPED', {
      message: `Prometheus did not see every target within ${formatDuration(SCRAPED_WITHIN_MS)}`,
      given: (error as { details?: { given?: string } }).details?.given ?? String(error),
      next: 'firedrill logs prometheus',
      cause: error,
    })
  }
}
