import { messageOf } from '../../base/errors.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { whyNoAlert } from '../../drills/clocks/why-no-alert.ts'
import { lookAtAborts } from '../../drills/safety/look-at-aborts.ts'
import { startText } from '../../drills/safety/safety.ts'
import { whyNotYet } from '../../drills/safety/why-not-yet.ts'
import type { ProbeOptions } from '../../probes/json.ts'
import { readLabelNames } from '../../probes/label-names.ts'
import type { Prometheus } from '../../probes/prometheus.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'

/** What a system demands of every run, and whether that can be seen now. Rejects only when the signal is aborted. */
export async function inspectSafety(
  { safety }: Pick<ForeignSystem, 'safety'>,
  { prometheus, signal }: { prometheus: Prometheus; signal: AbortSignal | undefined },
): Promise<SafetyFinding[]> {
  const { environment, abortWhen, onlyIf } = safety
  const options = { timeoutMs: ASK_MS, signal }
  const findings = [finding('environment', 'ok', environmentText(safety))]
  if (abortWhen.length === 0 && environment !== 'lab') {
    findings.push(finding('abortWhen', 'note', 'nothing ends a run before its time'))
  }
  const impossible = await whyImpossible(abortWhen, prometheus, options)
  for (const [index, look] of (await lookAtAborts(abortWhen, prometheus, options)).entries()) {
    signal?.throwIfAborted()
    const problem = look.error === undefined ? (look.blind ?? impossible[index]) : messageOf(look.error)
    if (problem !== undefined) findings.push(finding('abortWhen', 'bad', `${look.text}: ${problem}`))
    else if (look.met) findings.push(finding('abortWhen', 'bad', `${look.text} already: ${look.seen}`))
    else findings.push(finding('abortWhen', 'ok', `${look.text}: ${look.seen}`))
  }
  for (const condition of onlyIf) {
    const problems = await whyNotYet(condition, prometheus, options).catch((error: unknown) => [messageOf(error)])
    signal?.throwIfAborted()
    if (problems.length === 0) findings.push(finding('onlyIf', 'ok', `${startText(condition)}, now`))
    for (const problem of problems) findings.push(finding('onlyIf', 'bad', problem))
  }
  return findings
}

/** Why no alert can have the labels that each of these conditions names; `undefined` where one can, or where that is not known. */
async function whyImpossible(
  abortWhen: ForeignSystem['safety']['abortWhen'],
  prometheus: Prometheus,
  options: ProbeOptions,
): Promise<(string | undefined)[]> {
  const alerts = abortWhen.map((condition) => ('alert' in condition ? condition.alert : undefined))
  if (alerts.every((alert) => alert === undefined)) return []
  try {
    const [alertRules, labelNames] = await Promise.all([
      prometheus.alertRules(options),
      readLabelNames(prometheus, options),
    ])
    return alerts.map((alert) => alert && whyNoAlert(alert, { alertRules, labelNames }))
  } catch {
    options.signal?.throwIfAborted()
    // What does not answer is reported with the monitoring.
    return []
  }
}

const ASK_MS = 5_000

interface SafetyFinding {
  name: string
  status: 'ok' | 'note' | 'bad'
  detail: string
  help: string[]
}

function finding(name: string, status: SafetyFinding['status'], detail: string): SafetyFinding {
  return { name, status, detail, help: [] }
}

function environmentText({ environment, maxDurationMs, maxReplicas }: ForeignSystem['safety']): string {
  return [
    environment,
    ...(maxDurationMs === undefined ? [] : [`a run lasts ${formatDuration(maxDurationMs)} at most`]),
    ...(maxReplicas === undefined ? [] : [`replicas that are hit at the same time: ${maxReplicas} at most`]),
  ].join('; ')
}
