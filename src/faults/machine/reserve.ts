/**
 * What all faults together leave of the machine, which is not only ours: each looks again before each piece that it takes, so that
 * those that begin at the same moment see each other.
 */
export const SPARED_DISK_BYTES = 1024 ** 3
export const SPARED_MEMORY_BYTES = 256 * 1024 ** 2

/** How many faults may be in force at once, in the whole stack. */
export const MOST_FAULTS = 64

/** How many threads they may burn at once: on a machine with more cores, more. */
export const MOST_THREADS = { least: 64, perCore: 8 }
