import { WINDOW_MS } from '../../../probes/store/metrics-store.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/** Where samples are read from a store: it has what Prometheus sends to it, and nothing of another Prometheus. */
export const metricsStore: GateCheck = {
  name: 'metrics store',
  async look({ prometheus: { store }, signal }) {
    if (store === undefined) return []
    const look = await store.look({ timeoutMs: LOOK_TIMEOUT_MS, signal })
    const why = store.whyUnfit(look)
    if (why === undefined) return []
    // After a restart of Prometheus some samples never arrive.
    return [look.foreign.length > 0 ? { text: why } : { text: why, lastsMs: WINDOW_MS }]
  },
}
