import { formatDuration } from '../../base/units/duration.ts'
import type { ProbeOptions } from '../../probes/json.ts'
import type { AlertRule, Prometheus } from '../../probes/prometheus.ts'
import type { Observations } from '../evidence/observations.ts'

/** Watches whether the alert rules stay as they were when the run began: a reload with another `for` changes what may be expected. */
export class RuleWatch {
  readonly #prometheus: Pick<Prometheus, 'alertRules'>
  readonly #observations: Pick<Observations, 'addChange'>
  readonly #first: ReadonlyMap<string, readonly AlertRule[]>
  readonly #changed = new Set<string>()
  /** When the last look began that has read the rules. */
  #lookedMs = Date.now()

  /** Without any rule there is nothing to compare with: they could not be read. */
  constructor(
    prometheus: Pick<Prometheus, 'alertRules'>,
    observations: Pick<Observations, 'addChange'>,
    rules: readonly AlertRule[],
  ) {
    this.#prometheus = prometheus
    this.#observations = observations
    this.#first = byAlert(rules)
  }

  /** Resolves with true when there is nothing to watch. Of each alert the first change counts. */
  async look(options: ProbeOptions): Promise<boolean> {
    if (this.#first.size === 0) return true
    const [beganMs, afterMs] = [Date.now(), this.#lookedMs]
    const now = byAlert(await this.#prometheus.alertRules(options))
    this.#lookedMs = beganMs
    for (const alert of new Set([...this.#first.keys(), ...now.keys()])) {
      const change = this.#changed.has(alert) ? undefined : changeOf(this.#first.get(alert) ?? [], now.get(alert) ?? [])
      if (change === undefined) continue
      this.#changed.add(alert)
      const text = `the rule of ${alert} changed: ${change}`
      this.#observations.addChange({ part: 'prometheus', alert, atMs: Date.now(), afterMs, text })
    }
    return false
  }
}

function byAlert(rules: readonly AlertRule[]): Map<string, AlertRule[]> {
  const found = new Map<string, AlertRule[]>()
  // What becomes of its labels on their way is no part of a rule.
  for (const { sent: _, ...rule } of rules) found.set(rule.alert, [...(found.get(rule.alert) ?? []), rule])
  return found
}

function changeOf(before: readonly AlertRule[], now: readonly AlertRule[]): string | undefined {
  if (JSON.stringify(before) === JSON.stringify(now)) return undefined
  const [was, ...others] = before
  const [is, ...more] = now
  if (is === undefined) return 'it is gone'
  if (was === undefined) return 'it is new'
  if (others.length > 0 || more.length > 0) return 'there are several, not as before'
  const times: [string, number, number][] = [
    ['`for`', was.forMs, is.forMs],
    ['the interval of its group', was.evaluationMs, is.evaluationMs],
  ]
  const texts = times.flatMap(([what, wasMs, isMs]) =>
    wasMs === isMs ? [] : [`${what} was ${formatDuration(wasMs)}, is ${formatDuration(isMs)}`],
  )
  if (was.expr !== is.expr) texts.push(`its expression was ${was.expr}, is ${is.expr}`)
  return texts.join('; ') || 'it gives other labels'
}
