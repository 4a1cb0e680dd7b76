import { readdirSync, readFileSync } from 'node:fs'

/** How many files and connections this process may have open; `undefined` where the system does not show it. */
export function descriptorLimit(): number | undefined {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return limit === undefined ? undefined : Number(limit)
  } catch {
    return undefined
  }
}

/**
 * How many it has open; `undefined` where the system does not show it.
 * @throws EMFILE when not even this can be looked up
 */
export function openDescriptors(): number | undefined {
  try {
    // The one that reads them is among them.
    return readdirSync('/proc/self/fd').length - 1
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
