import { readFileSync } from 'node:fs'

/**
 * Whether this process was started with SIGHUP ignored, as by nohup: a handler would undo that. False where the system does not
 * say (anywhere but Linux).
 */
export function ignoresHangup(status = ownStatus()): boolean {
  const [, mask] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(status) ?? []
  return mask !== undefined && (BigInt(`0x${mask}`) & HANGUP) !== 0n
}

/** Bit of SIGHUP, the first signal, in the masks of /proc. */
const HANGUP = 1n

function ownStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8')
  } catch {
    return ''
  }
}
