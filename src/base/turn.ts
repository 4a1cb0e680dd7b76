import { sleep } from './wait.ts'

/** Whoever has the turn. */
export interface Holder {
  /** What people know it by. */
  name: string
  pid: number
  /** Since when, in epoch milliseconds. */
  sinceMs: number
}

export interface Turn {
  /** Lets the next one begin. Safe to call twice. */
  end(): Promise<void>
}

/** Where one at a time has its turn. A turn ends with the process that has it, however that ends. */
export interface TurnPlace {
  /** Resolves with the turn, or with who has it; `holder` is undefined where that is not known. */
  take(own: Holder): Promise<{ turn: Turn } | { holder: Holder | undefined }>
}

const LOOK_EVERY_MS = 250

/**
 * Waits for a turn, for at most so long; `onWaiting` hears who has it, each time that is somebody else. Resolves with the turn, or
 * with its holder when the time is over.
 * @throws the signal's reason
 */
export async function waitForTurn(
  place: TurnPlace,
  own: Pick<Holder, 'name' | 'pid'>,
  options: { waitMs: number; signal: AbortSignal; onWaiting(holder: Holder | undefined): void },
): Promise<{ turn: Turn } | { holder: Holder | undefined }> {
  const { waitMs, signal, onWaiting } = options
  const endMs = performance.now() + waitMs
  let told: string | undefined
  while (true) {
    signal.throwIfAborted()
    const taken = await place.take({ ...own, sinceMs: Date.now() })
    if ('turn' in taken || performance.now() >= endMs) return taken
    const { pid, sinceMs } = taken.holder ?? {}
    // One that does not say who it is in the first moment does so in the next.
    if (`${pid} ${sinceMs}` !== told && (taken.holder !== undefined || told === undefined)) onWaiting(taken.holder)
    told = `${pid} ${sinceMs}`
    await sleep(LOOK_EVERY_MS, signal)
  }
}
