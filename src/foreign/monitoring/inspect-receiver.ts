import { messageOf } from '../../base/errors.ts'
import { inspectCopies } from '../copies/inspect-copies.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'
import type { Report } from './inspect-monitoring.ts'
import { openMonitoring } from './monitoring.ts'
import { readMonitoringOf } from './read-clocks.ts'

/** Checks whether copies of the notifications arrive where the description says. Nothing is posted unless a proof is wanted. */
export async function inspectReceiver(
  system: ForeignSystem,
  { env, signal, prove, report }: ReceiverInspection,
): Promise<void> {
  const { receiver } = system
  if (receiver === undefined) return
  const { prometheus, alertmanager } = openMonitoring(system, env)
  try {
    const { config = '' } = await alertmanager.status({ timeoutMs: ASK_MS, signal })
    const reading = await readMonitoringOf({ prometheus, alertmanager }, system, signal).catch(() => undefined)
    const { groupWaitMs, groupIntervalMs } = reading?.clocks.timing ?? DEFAULTS
    const inspection = { alertmanager, config, waitMs: groupWaitMs + groupIntervalMs, env, prove, signal }
    for (const { status, ...found } of await inspectCopies(receiver, inspection))
      report('receiver', status, { ...found, help: [] })
  } catch (error) {
    signal?.throwIfAborted()
    report('receiver', 'bad', messageOf(error))
  }
}

/** Alertmanager's own, in milliseconds. */
const DEFAULTS = { groupWaitMs: 30_000, groupIntervalMs: 300_000 } as const
const ASK_MS = 5_000

interface ReceiverInspection {
  env: NodeJS.ProcessEnv
  signal: AbortSignal | undefined
  /** Labels of a synthetic alert that proves that copies of notifications arrive; without them nothing is posted. */
  prove: Readonly<Record<string, string>> | undefined
  report: Report
}
