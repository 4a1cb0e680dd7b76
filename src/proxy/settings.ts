import { defineSettings, seed } from '../base/schema/settings.ts'
import { logLevel } from '../telemetry/log-level.ts'

/** What can be set on the fault proxy while the stack is up. */
export const proxySettings = defineSettings({
  PROXY_SEED: seed('seed of random choices: jitter, stalls, which connections a toxicity below 1 hits'),
  LOG_LEVEL: logLevel,
})
