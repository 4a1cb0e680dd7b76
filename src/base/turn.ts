import { pollFor } from './wait.ts'

export interface Turn {
  /** Lets the next one begin. Safe to call twice. */
  end(): Promise<void>
  /** Aborted when another run has taken the turn. Missing where that cannot be. */
  readonly lost?: AbortSignal
  /** What people must know of it: whom it does not keep out. */
  readonly note?: string
}

/**
 * Waits for a turn, for `waitMs` at most; `onWaiting` is called with its holder, each time that is another one. Resolves with the
 * turn, or with its holder when the time is over.
 * @throws the signal's reason
 */
export async function waitForTurn(
  place: TurnPlace,
  own: Pick<Holder, 'name' | 'pid'>,
  options: { waitMs: number; signal: AbortSignal; onWaiting(holder: Holder | undefined): void },
): Promise<{ turn: Turn } | { holder: Holder | undefined }> {
  const { waitMs: timeoutMs, signal, onWaiting } = options
  const endMs = performance.now() + timeoutMs
  let reported: string | undefined
  const look = async () => {
    const taken = await place.take({ ...own, sinceMs: Date.now() }, signal)
    if ('turn' in taken || performance.now() >= endMs) return taken
    const { pid, sinceMs } = taken.holder ?? {}
    // A holder that is not known in the first moment is known in the next.
    if (`${pid} ${sinceMs}` !== reported && (taken.holder !== undefined || reported === undefined))
      onWaiting(taken.holder)
    reported = `${pid} ${sinceMs}`
    return taken
  }
  return await pollFor(look, { until: (taken) => 'turn' in taken, timeoutMs, intervalMs: LOOK_EVERY_MS, signal })
}

/** The run that has its turn, or asks for it. */
export interface Holder {
  /** What people know it by. */
  name: string
  pid: number
  /** Since when, in epoch milliseconds. */
  sinceMs: number
  /** Name of its machine, where that can be another one. */
  host?: string
}

/** A place where one run at a time has its turn. A turn ends with the process that has it, however that process ends; on another machine soon after. */
export interface TurnPlace {
  /** Resolves with the turn, or with its holder; `holder` is undefined where that is not known. */
  take(own: Holder, signal?: AbortSignal): Promise<{ turn: Turn } | { holder: Holder | undefined }>
}

const LOOK_EVERY_MS = 250
