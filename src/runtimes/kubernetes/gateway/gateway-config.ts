import { clusterErrors } from '../errors.ts'
import type { Upstreams } from './gateway.ts'

export interface GatewayConfig {
  host: string
  port: number
  token: string
  upstreams: Upstreams
}

/**
 * Reads HOST, PORT, GATEWAY_TOKEN, PROMETHEUS_URL and _PASSWORD, ALERTMANAGER_URL and _PASSWORD, which the manifests set.
 * @throws FD_GATEWAY_CONFIG with all problems; none quotes a secret
 */
export function readGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const problems: string[] = []
  const required = (name: string): string => {
    const value = env[name] ?? ''
    if (value === '') problems.push(`${name} is not set`)
    return value
  }
  const url = (name: string): string => {
    const value = required(name)
    if (value !== '' && !/^https?:\/\/[^/@]+$/.test(value)) problems.push(`${name} must be like http://prometheus:9090`)
    return value
  }
  const port = Number(env.PORT ?? 8_480)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) problems.push('PORT must be a whole number up to 65535')
  const config: GatewayConfig = {
    host: env.HOST || '127.0.0.1',
    port,
    token: required('GATEWAY_TOKEN'),
    upstreams: {
      prometheus: { url: url('PROMETHEUS_URL'), password: required('PROMETHEUS_PASSWORD') },
      alertmanager: { url: url('ALERTMANAGER_URL'), password: required('ALERTMANAGER_PASSWORD') },
    },
  }
  if (problems.length === 0) return config
  throw clusterErrors.error('FD_GATEWAY_CONFIG', {
    message: problems.join('; '),
    where: 'environment of the gateway',
    next: 'firedrill serve --help lists the settings',
  })
}
