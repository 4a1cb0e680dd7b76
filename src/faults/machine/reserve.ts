/**
 * Limits of all faults together, since the machine is not only ours. Each fault checks again before each piece that it takes, so
 * that faults that begin at the same moment see each other.
 */
export const SPARED_DISK_BYTES = 1024 ** 3
export const SPARED_MEMORY_BYTES = 256 * 1024 ** 2

/** How many faults may be active at once, in the whole stack. */
export const MOST_FAULTS = 64

/** How many threads all faults may keep busy at once: `least`, or more on a machine with many cores. */
export const MOST_THREADS = { least: 64, perCore: 8 }
