import { defined } from '../../base/defined.ts'
import { messageOf } from '../../base/errors.ts'
import { sleep } from '../../base/wait.ts'
import { BUSY_NEXT } from '../machine/machine-report.ts'
import { type BurntBefore, nothingBurnt, readBurn } from './burn.ts'
import { FORGOTTEN_WITHIN_MS, type GateFinding, type Inspected, type InspectOptions, inspect } from './inspect.ts'

/** How long a stack may take to be clean, in milliseconds: Prometheus scrapes new targets only about 5 s after its start. */
const CLEAN_WITHIN_MS = 15_000
const LOOK_TIMEOUT_MS = 2_000
const LOOK_EVERY_MS = 200
/** A stack that is clean within this is not worth a word; nor is what changes more often. */
const TELL_EVERY_MS = 2_000
/** Who waits sees that it goes on, and how long it still may. */
const REMIND_EVERY_MS = 10_000

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

export interface Gate extends Inspected {
  burntBefore: BurntBefore
}

/**
 * Waits, bounded, until the stack is as a drill must find it (`inspectBaseline`), and no error budget burns. Rejects only when the
 * signal is aborted.
 */
export async function passGate(
  options: InspectOptions,
  {
    signal,
    timeoutMs,
    busy = () => undefined,
    onWaiting,
  }: {
    signal?: AbortSignal | undefined
    timeoutMs?: number | undefined
    /** Whose doing it is that the machine is busy; undefined when it is not. */
    busy?: () => string | undefined
    /** Told what is waited for, when it takes a while. */
    onWaiting?: (waiting: Waiting) => void
  },
): Promise<Gate> {
  const startedMs = performance.now()
  let toldMs = startedMs
  let told = ''
  while (true) {
    const [{ findings, tolerated }, burn] = await Promise.all([inspect(options, signal), lookAtBurn(options, signal)])
    const all = [...findings, ...burn.findings]
    const texts = all.map(({ text }) => text)
    if (all.length === 0) return { clean: true, findings: [], tolerated, burntBefore: burn.before }
    const waitedMs = performance.now() - startedMs
    const atMostMs = timeoutMs ?? boundMs(all)
    const whose = all.some(({ ofMachine }) => ofMachine) ? busy() : undefined
    if (waitedMs >= atMostMs) {
      const blame = whose === undefined ? [] : [`${whose}; ${BUSY_NEXT}`]
      return { clean: false, findings: [...texts, ...blame], tolerated, burntBefore: burn.before }
    }
    // Figures in them change with every look.
    const gist = [...texts].sort().join().replaceAll(/\d/g, '')
    const isNew = gist !== told
    if (performance.now() - toldMs >= (isNew ? TELL_EVERY_MS : REMIND_EVERY_MS)) {
      onWaiting?.({ findings: texts, waitedMs, atMostMs, isNew, ...defined({ busy: whose }) })
      toldMs = performance.now()
      told = gist
    }
    await sleep(LOOK_EVERY_MS, signal)
  }
}

/** How long a stack in which this was found may take to be clean, in milliseconds: what lasts least decides. */
export function boundMs(findings: readonly GateFinding[]): number {
  return CLEAN_WITHIN_MS + Math.min(...findings.map(({ lastsMs }) => lastsMs))
}

async function lookAtBurn(
  { prometheus, profile }: InspectOptions,
  signal: AbortSignal | undefined,
): Promise<{ findings: GateFinding[]; before: BurntBefore }> {
  try {
    const options = { factor: profile.factor, timeoutMs: LOOK_TIMEOUT_MS, signal }
    const { burning, before } = await readBurn(prometheus, options)
    return { findings: burning.map((text) => ({ text, lastsMs: profile.scale(FORGOTTEN_WITHIN_MS) })), before }
  } catch (error) {
    signal?.throwIfAborted()
    return { findings: [{ text: `error budgets: ${messageOf(error)}`, lastsMs: 0 }], before: nothingBurnt }
  }
}
