import { defined } from '../../base/defined.ts'
import { messageOf } from '../../base/errors.ts'
import { pollFor } from '../../base/wait.ts'
import type { AlertsBefore } from '../evidence/alerts/alerts-before.ts'
import { type BurntBefore, nothingBurnt } from '../evidence/burnt-before.ts'
import type { Journal } from '../journal/journal.ts'
import { BUSY_AGAIN, BUSY_NEXT } from '../machine/machine-report.ts'
import { readAlertsBefore } from './alerts-before.ts'
import { readBurn } from './burn.ts'
import { burnFindings } from './burn-findings.ts'
import { type GateContext, type GateFinding, LOOK_TIMEOUT_MS } from './checks/check.ts'
import { GateBound } from './gate-bound.ts'
import { type Inspection, inspect } from './inspect.ts'

/** The check before a run, which waits for a clean system. */

const LOOK_EVERY_MS = 200
/** What the gate waits for is reported after this time only, and a change at most this often. */
const REPORT_EVERY_MS = 2_000
/** The same is reported again this often, to show that it goes on, and how long it still may. */
const REMIND_EVERY_MS = 10_000

/**
 * Waits, within a bound, until the system is as a drill must find it (`inspect`), and no error budget burns. Rejects only when the
 * signal is aborted.
 */
export async function passGate(context: GateContext, options: GateOptions): Promise<GateResult> {
  const startedMs = performance.now()
  const bound = new GateBound()
  const reports = new WaitReports(options.onWaiting)
  const look = async (): Promise<GateLook> => {
    const { findings: all, ...seen } = await lookAtAll(context)
    const texts = all.map(({ text }) => text)
    if (all.length === 0) return { clean: true, findings: [], ...seen, isOver: true }
    const waitedMs = performance.now() - startedMs
    const atMostMs = options.timeoutMs ?? bound.atMostMs(all, waitedMs)
    const busy = all.some(({ ofMachine }) => ofMachine) ? options.busy?.() : undefined
    if (waitedMs < atMostMs) {
      reports.add({ findings: texts, waitedMs, atMostMs, ...defined({ busy }) })
      return { clean: false, findings: texts, ...seen, isOver: false }
    }
    return { clean: false, findings: withNext(all, busy), ...seen, isOver: true }
  }
  // The bound depends on what is found: each look compares with it.
  const bounds = { timeoutMs: Number.POSITIVE_INFINITY, intervalMs: LOOK_EVERY_MS, signal: context.signal }
  const { isOver: _, ...result } = await pollFor(look, { ...bounds, until: ({ isOver }) => isOver })
  return result.clean ? { ...result, alertsBefore: await readAlertsBefore(context) } : result
}

/** What keeps the gate shut, and what helps where that is the machine. */
function withNext(findings: readonly GateFinding[], busy: string | undefined): string[] {
  const next = findings.some(({ busyTolerates }) => busyTolerates) ? BUSY_NEXT : BUSY_AGAIN
  const texts = findings.map(({ text, busyTolerates }) =>
    busy === undefined && busyTolerates ? `${text}; ${next}` : text,
  )
  return busy === undefined ? texts : [...texts, `${busy}; ${next}`]
}

export interface GateOptions {
  /** How long the system may take to be clean, in milliseconds. Default: by what is found (`GateBound`). */
  timeoutMs?: number | undefined
  /** Who keeps the machine busy, in a sentence; undefined when nobody does. */
  busy?: () => string | undefined
  /** Receives what is waited for, when it takes a while. */
  onWaiting?: ((waiting: Waiting) => void) | undefined
}

/** What came of the gate, as the journal has it, which budgets were burnt by then, and what was known of alerts. */
export interface GateResult extends GateOutcome {
  burntBefore: BurntBefore
  alertsBefore?: AlertsBefore
}

type GateLook = GateResult & { isOver: boolean }

export type GateOutcome = Journal['gate']

/** What a gate waits for. */
export interface Waiting {
  findings: string[]
  waitedMs: number
  /** How long it waits in all, as things are now. */
  atMostMs: number
  /** Whether it is something else than the last time. */
  isNew: boolean
  busy?: string
}

/** Reports what is waited for: when it is new, and now and then when it is not. */
class WaitReports {
  readonly #report: (waiting: Waiting) => void
  #reportedMs = performance.now()
  #reported = ''

  constructor(report: (waiting: Waiting) => void = () => undefined) {
    this.#report = report
  }

  add(waiting: Omit<Waiting, 'isNew'>): void {
    // Figures in the findings change with every look.
    const gist = [...waiting.findings].sort().join().replaceAll(/\d/g, '')
    const isNew = gist !== this.#reported
    if (performance.now() - this.#reportedMs < (isNew ? REPORT_EVERY_MS : REMIND_EVERY_MS)) return
    this.#report({ ...waiting, isNew })
    this.#reportedMs = performance.now()
    this.#reported = gist
  }
}

async function lookAtAll(context: GateContext): Promise<Inspection & { burntBefore: BurntBefore }> {
  const [{ findings, tolerated }, burn] = await Promise.all([inspect(context), lookAtBurn(context)])
  const isTolerated = (finding: GateFinding) => finding.tolerated === true
  return {
    findings: [...findings, ...burn.findings.filter((one) => !isTolerated(one))],
    tolerated: [...tolerated, ...burn.findings.filter(isTolerated).map(({ text }) => text)],
    burntBefore: burn.before,
  }
}

async function lookAtBurn(context: GateContext): Promise<{ findings: GateFinding[]; before: BurntBefore }> {
  const { prometheus, profile, signal } = context
  try {
    const options = { factor: profile.factor, timeoutMs: LOOK_TIMEOUT_MS, signal }
    const { burning, before } = await readBurn(prometheus, options)
    return { findings: burnFindings(burning, context), before }
  } catch (error) {
    signal?.throwIfAborted()
    return { findings: [{ text: `error budgets: ${messageOf(error)}` }], before: nothingBurnt }
  }
}
