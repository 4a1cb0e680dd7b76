import { show } from '../../base/schema/schema-check.ts'
import { compileRegex } from '../../base/text/linear-regex.ts'
import { formatDuration } from '../../base/units/duration.ts'
import type { HttpObservation } from '../../probes/http.ts'
import type { BodyCheck, SteadyProbe } from '../file/drill.ts'
import { formatValueCheck, passes, valuesAt } from '../file/json-path.ts'

export type HttpProbe = SteadyProbe & { kind: 'http' }

/** Compares an answer with what it must be: status, then time, then body. */
export function judgeAnswer(probe: HttpProbe, seen: HttpObservation): { state: 'good' | 'bad'; detail: string } {
  if (seen.status === undefined) return { state: 'bad', detail: seen.error ?? 'no answer' }
  const { status } = seen
  const answered = `answered ${status}`
  if (!probe.status.some(({ from, to }) => status >= from && status <= to)) return { state: 'bad', detail: answered }
  const tookMs = seen.endedAtMs - seen.startedAtMs
  if (probe.latencyBelowMs !== undefined && tookMs >= probe.latencyBelowMs) {
    return { state: 'bad', detail: `${answered} after ${formatDuration(tookMs)}` }
  }
  const wrong = probe.body === undefined ? undefined : whyWrong(probe.body, seen.body ?? '')
  return wrong === undefined
    ? { state: 'good', detail: answered }
    : { state: 'bad', detail: `${answered}, but ${wrong}` }
}

function whyWrong(check: BodyCheck, body: string): string | undefined {
  if (check.kind === 'matches') {
    const found = compileRegex(check.pattern)?.test(body)
    if (found === undefined) return `its ${body.length} characters are too many for ${check.pattern}`
    return found ? undefined : `${show(body)} does not match ${check.pattern}`
  }
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return `${show(body)} is no JSON`
  }
  const values = valuesAt(check.path, value)
  if (values.length === 0) return 'the path leads to nothing'
  const wrong = values.find((one) => !passes(check.is, one))
  return wrong === undefined && values.every((one) => passes(check.is, one))
    ? undefined
    : `${show(wrong)} is not ${formatValueCheck(check.is)}`
}
