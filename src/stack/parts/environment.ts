import { type Context, type Faultable, faultsSecret, hostPort } from '../part.ts'

export const SERVICE_GRACE_MS = 5_000

export function listenEnv(context: Context): Record<string, string> {
  const { host, port } = context.listen()
  return { HOST: host, PORT: String(port) }
}

/** With this token, and so only by control, faults can be injected into the service. */
export function faultsEnv(context: Context, part: Faultable): Record<string, string> {
  return { FAULTS_TOKEN: context.secret(faultsSecret(part)), FAULTS_FOLDER: context.scratch(`faults-${part}`) }
}

export function databaseUrl(context: Context): string {
  return `postgres://firedrill:${context.secret('postgres')}@${hostPort(context.address('proxy/postgres'))}/firedrill`
}

export function redisUrl(context: Context): string {
  return `redis://:${context.secret('redis')}@${hostPort(context.address('proxy/redis'))}`
}
