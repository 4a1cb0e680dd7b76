import type { Capabilities } from '../runtimes/runtime.ts'

/** What can be done to the processes and containers of a system that is not ours. */
export const foreignCapabilities: Capabilities = { canKill: true, canPause: true, canScale: false }
