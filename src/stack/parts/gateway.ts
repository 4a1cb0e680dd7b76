import type { Part } from '../part.ts'
import { listenEnv, SERVICE_GRACE_MS } from './environment.ts'

/**
 * The way into the monitoring of a stack in a cluster. The API server takes the header Authorization from what passes its proxy, so that
 * nothing behind it can be asked for a password; the gateway takes a token in a header of its own instead, and passes reading on.
 */
export const gateway: Part = {
  name: 'gateway',
  kind: 'network',
  summary: 'lets those read Prometheus and Alertmanager who have the token of the operator',
  program: { serve: 'gateway' },
  preferredPort: 8480,
  dependsOn: [],
  health: { kind: 'http', path: '/ready' },
  restart: 'always',
  graceMs: SERVICE_GRACE_MS,
  entry: true,
  launch: (context) => ({
    args: [],
    env: {
      ...listenEnv(context),
      GATEWAY_TOKEN: context.secret('control'),
      PROMETHEUS_URL: context.url('prometheus'),
      PROMETHEUS_PASSWORD: context.secret('prometheus'),
      ALERTMANAGER_URL: context.url('alertmanager'),
      ALERTMANAGER_PASSWORD: context.secret('alertmanager'),
    },
  }),
}
