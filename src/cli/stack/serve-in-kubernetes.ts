import { profiles } from '../../stack/profile.ts'
import type { createLogger } from '../../telemetry/logger.ts'

/** What only pods of the stack run. Each resolves when it is over. */
export const inKubernetes: Record<string, (logger: Logger, signal: AbortSignal) => Promise<void>> = {
  async 'kubernetes-setup'(logger) {
    const [{ ensureSecrets }, { openCluster }, { describeStack }, { readStackSettings }, { gateway }] =
      await Promise.all([
        import('../../runtimes/kubernetes/setup/ensure-secrets.ts'),
        import('../../kubernetes/open-cluster.ts'),
        import('../../stack/topology.ts'),
        import('../../stack/settings.ts'),
        import('../../stack/parts/gateway.ts'),
      ])
    const cluster = openCluster({}, process.env)
    try {
      // Secrets are the same on every clock, and with every dashboard.
      const stack = { dashboards: new Map<string, string>(), more: [gateway] }
      const topology = describeStack(profiles.lab, readStackSettings(process.env), stack)
      const written = await ensureSecrets(cluster, { namespace: process.env.POD_NAMESPACE ?? 'default', topology })
      logger.info({ written }, written.length === 0 ? 'all secrets are there' : 'secrets are there')
    } finally {
      await cluster.close()
    }
  },

  async gateway(logger, signal) {
    const [{ createGateway }, { readGatewayConfig }, { withSecrets }] = await Promise.all([
      import('../../runtimes/kubernetes/gateway/gateway.ts'),
      import('../../runtimes/kubernetes/gateway/gateway-config.ts'),
      import('../../base/files/secret-env.ts'),
    ])
    const { host, port, token, upstreams } = readGatewayConfig(withSecrets(process.env))
    const server = createGateway({ token, upstreams, logger })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
    logger.info({ address: server.address() }, 'listening')
    if (!signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    server.close()
    server.closeAllConnections()
  },
}

type Logger = ReturnType<typeof createLogger>
