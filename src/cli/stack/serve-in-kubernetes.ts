import { profiles } from '../../stack/profile.ts'
import type { createLogger } from '../../telemetry/logger.ts'

/** What only pods of the stack run. Each resolves when it is over. */
export const inKubernetes: Record<string, (logger: Logger, signal: AbortSignal) => Promise<void>> = {
  async 'kubernetes-setup'(logger) {
    const [{ ensureSecrets }, { openCluster }, { describeStack }, { readStackSettings }] = await Promise.all([
      import('../../runtimes/kubernetes/setup/ensure-secrets.ts'),
      import('../../kubernetes/open-cluster.ts'),
      import('../../stack/topology.ts'),
      import('../../stack/settings.ts'),
    ])
    const cluster = openCluster({}, process.env)
    try {
      // Secrets are the same on every clock, and with every dashboard.
      const topology = describeStack(profiles.lab, readStackSettings(process.env), { dashboards: new Map() })
      const written = await ensureSecrets(cluster, { namespace: process.env.POD_NAMESPACE ?? 'default', topology })
      logger.info({ written }, written.length === 0 ? 'all secrets are there' : 'secrets are there')
    } finally {
      await cluster.close()
    }
  },
}

type Logger = ReturnType<typeof createLogger>
