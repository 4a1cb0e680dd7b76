import { messageOf } from '../base/errors.ts'
import { sleep } from '../base/wait.ts'
import { type Baseline, type BaselineOptions, type Finding, FORGOTTEN_WITHIN_MS, inspectBaseline } from './baseline.ts'
import { type BurntBefore, nothingBurnt, readBurn } from './burn.ts'

/** How long a stack may take to be clean, in milliseconds: Prometheus scrapes new targets only about 5 s after its start. */
const CLEAN_WITHIN_MS = 15_000
const LOOK_TIMEOUT_MS = 2_000
const LOOK_EVERY_MS = 200
/** A stack that is clean within this is not worth a word; nor is what changes more often. */
const TELL_EVERY_MS = 2_000

export interface Gate extends Baseline {
  burntBefore: BurntBefore
}

/**
 * Waits, bounded, until the stack is as a drill must find it (`inspectBaseline`), and no error budget burns. Rejects only when the
 * signal is aborted.
 */
export async function passGate(
  options: BaselineOptions,
  {
    signal,
    timeoutMs,
    onWaiting,
  }: {
    signal?: AbortSignal | undefined
    timeoutMs?: number | undefined
    /** Told what is waited for, when it takes a while. */
    onWaiting?: (findings: string[]) => void
  },
): Promise<Gate> {
  const startedMs = performance.now()
  let toldMs = startedMs
  let told = ''
  while (true) {
    const [{ findings, tolerated }, burn] = await Promise.all([
      inspectBaseline(options, signal),
      lookAtBurn(options, signal),
    ])
    const all = [...findings, ...burn.findings]
    const texts = all.map(({ text }) => text)
    if (all.length === 0) return { clean: true, findings: [], tolerated, burntBefore: burn.before }
    if (performance.now() - startedMs >= (timeoutMs ?? boundMs(all))) {
      return { clean: false, findings: texts, tolerated, burntBefore: burn.before }
    }
    // Figures in them change with every look.
    const gist = [...texts].sort().join().replaceAll(/\d/g, '')
    if (performance.now() - toldMs >= TELL_EVERY_MS && gist !== told) {
      onWaiting?.(texts)
      toldMs = performance.now()
      told = gist
    }
    await sleep(LOOK_EVERY_MS, signal)
  }
}

/** How long a stack in which this was found may take to be clean, in milliseconds: what lasts least decides. */
export function boundMs(findings: readonly Finding[]): number {
  return CLEAN_WITHIN_MS + Math.min(...findings.map(({ lastsMs }) => lastsMs))
}

async function lookAtBurn(
  { prometheus, profile }: BaselineOptions,
  signal: AbortSignal | undefined,
): Promise<{ findings: Finding[]; before: BurntBefore }> {
  try {
    const options = { factor: profile.factor, timeoutMs: LOOK_TIMEOUT_MS, signal }
    const { burning, before } = await readBurn(prometheus, options)
    return { findings: burning.map((text) => ({ text, lastsMs: profile.scale(FORGOTTEN_WITHIN_MS) })), before }
  } catch (error) {
    signal?.throwIfAborted()
    return { findings: [{ text: `error budgets: ${messageOf(error)}`, lastsMs: 0 }], before: nothingBurnt }
  }
}
