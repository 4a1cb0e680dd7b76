import { formatDuration } from '../../base/units/duration.ts'
import { rememberedMs } from '../clocks/remembered-ms.ts'
import { formatAlert } from '../evidence/other-alerts.ts'
import type { OtherAlert } from '../journal/schema/alert.ts'
import type { ExpectationResult } from '../journal/schema/expectation-result.ts'
import { isDisturbed, lateBetween, lateText } from '../machine/lateness.ts'
import { BUSY_AGAIN, BUSY_NEXT } from '../machine/machine-report.ts'
import type { Facts } from './facts.ts'

/** What a busy machine, and not the system, is to blame for. */

/** An alert looks at least that far back, in milliseconds: a scrape or two that came late are enough for one. */
const LEAST_LOOK_BACK_MS = 2_000

/**
 * Why a missed expectation proves nothing about the system: its bound was missed by less than what the machine was late in that time; or,
 * without a bound, the machine was late for much of it. Undefined when the system is to blame.
 */
export function missedByMachine(result: ExpectationResult, facts: Facts): string | undefined {
  const { text, observed, withinMs, atMs, lateMs = 0 } = result
  const untilMs = atMs ?? facts.nowMs
  if (withinMs === null) return disturbedText(`${text} (${observed})`, facts, [facts.zeroMs, untilMs])
  const overdueMs = untilMs - facts.zeroMs - withinMs
  if (overdueMs >= lateMs) return undefined
  const over = `${formatDuration(Math.round(overdueMs))} over its bound`
  return `${text} (${observed}): ${over}, and ${lateText(lateMs, untilMs - facts.zeroMs)}`
}

/** Why an unexpected alert proves nothing about the system: the machine was late for much of what its rule looks back at. */
export function firedByMachine(alert: OtherAlert, facts: Facts): string | undefined {
  const lookBackMs = Math.max(LEAST_LOOK_BACK_MS, rememberedMs(alert.labels, facts.alertRules))
  return disturbedText(`alert ${formatAlert(alert)}`, facts, [alert.activeAtMs - lookBackMs, alert.firedAtMs])
}

/** The same of a step that waited in vain for its condition. */
export function notBegunByMachine(text: string, facts: Facts): string | undefined {
  return disturbedText(text, facts, [facts.zeroMs, facts.nowMs])
}

/** What helps a run that the machine kept from being judged: `--busy` accepts alerts of the machine, and widens bounds, but nothing else. */
export function machineNext({
  missed,
  alerts,
  widened,
}: {
  /** Expectations that were missed by the machine. */
  missed: readonly Pick<ExpectationResult, 'withinMs'>[]
  /** Of the machine. */
  alerts: readonly OtherAlert[]
  widened: boolean
}): string {
  const helps = !widened && (alerts.length > 0 || missed.some(({ withinMs }) => withinMs !== null))
  return helps ? BUSY_NEXT : BUSY_AGAIN
}

function disturbedText(
  what: string,
  { machine }: Facts,
  [fromMs, toMs]: readonly [number, number],
): string | undefined {
  const samples = machine?.samples ?? []
  if (!isDisturbed(samples, fromMs, toMs)) return undefined
  return `${what}: ${lateText(lateBetween(samples, fromMs, toMs), toMs - fromMs)}`
}

/** Bounds that were kept only because they widen: what `--busy` has changed, in sentences. */
export function widenedBounds(results: readonly ExpectationResult[]): string[] {
  return results.flatMap(({ met, text, withinMs, sinceInjectedMs, lateMs = 0 }) => {
    if (!met || withinMs === null || sinceInjectedMs === null || sinceInjectedMs <= withinMs) return []
    const over = formatDuration(Math.round(sinceInjectedMs - withinMs))
    return [`${text}: ${over} over its bound, and ${lateText(lateMs, sinceInjectedMs)}`]
  })
}
