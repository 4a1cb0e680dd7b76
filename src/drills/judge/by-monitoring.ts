import { formatDuration } from '../../base/units/duration.ts'
import type { MonitoringChange } from '../evidence/observations.ts'
import type { Drill } from '../file/drill.ts'
import { servicesOf } from '../file/method-step.ts'
import type { ExpectationResult } from '../journal/schema/expectation-result.ts'
import type { Facts } from './facts.ts'

/** What a change of the monitoring itself, and not the system, is to blame for. */

/**
 * What changed about the monitoring in the middle of a run, in sentences. Monitoring that the drill itself breaks is the system under
 * drill: its changes count as what the drill does.
 */
export function monitoringChanges(facts: Facts | undefined): string[] {
  if (facts === undefined) return []
  return changesOf(facts).map(({ text, atMs }) => `${text}, ${sinceText(atMs - facts.zeroMs)}`)
}

function changesOf({ observations, drill }: Facts): MonitoringChange[] {
  const own = drill.method.flatMap(servicesOf)
  return observations.changes.filter(({ part }) => !own.includes(part))
}

function sinceText(ms: number): string {
  const text = formatDuration(Math.round(Math.abs(ms)))
  return ms < 0 ? `${text} before the injection` : `${text} after the injection`
}

/** Whether a missed expectation is decided by what the monitoring shows: a metric, an alert, or what a responder does about one. */
export function isOfMonitoring({ expectations }: Pick<Drill, 'expectations'>, { kind }: ExpectationResult): boolean {
  return expectations.some(
    (one) => one.kind === kind && (one.alert !== undefined || one.watches !== undefined || one.actsOn !== undefined),
  )
}
