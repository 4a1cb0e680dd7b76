import { formatLabels, hasLabels } from '../../../probes/prometheus.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/** Prometheus scrapes every target of the system. Targets that match no service of the system are tolerated. */
export const prometheusTargets: GateCheck = {
  name: 'Prometheus targets',
  async look({ prometheus, description, signal }) {
    const targets = await prometheus.targets({ timeoutMs: LOOK_TIMEOUT_MS, signal })
    if (targets.length === 0) return [{ text: 'Prometheus has no targets' }]
    const ours = Object.values(description?.targets ?? { all: [{}] }).flat()
    return targets.flatMap(({ labels, up, lastError }) => {
      if (up) return []
      const text = `target ${labels.instance ?? formatLabels(labels)} is not up${lastError && `: ${lastError}`}`
      if (ours.some((wanted) => hasLabels(labels, wanted))) return [{ text }]
      return [{ text: `${text}, which is of no service of the system`, tolerated: true }]
    })
  },
}
