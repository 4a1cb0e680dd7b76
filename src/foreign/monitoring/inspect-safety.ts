import { messageOf } from '../../base/errors.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { lookAtAborts } from '../../drills/safety/look-at-aborts.ts'
import { startText } from '../../drills/safety/safety.ts'
import { whyNotYet } from '../../drills/safety/why-not-yet.ts'
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
  for (const look of await lookAtAborts(abortWhen, prometheus, options)) {
    signal?.throwIfAborted()
    const problem = look.error === undefined ? look.blind : messageOf(look.error)
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
