import { messageOf } from '../base/errors.ts'
import { fileLimits, readUserFile } from '../base/files/user-file.ts'
import { isLoopback } from './address.ts'
import { proxyErrors } from './errors.ts'
import { decodeProxies, planOf } from './http/bodies.ts'
import { readJson } from './http/json-text.ts'
import type { ProxyPlan } from './proxies.ts'
import { proxySettings } from './settings.ts'

/** Reads HOST, PORT, PROXY_TOKEN, PROXY_CONFIG and PROXY_SEED. @throws FD_PROXY_CONFIG with all problems */
export function readProxyConfig(env: NodeJS.ProcessEnv): ProxyConfig {
  const problems: string[] = []
  const whole = (name: string, fallback: string, max: number): number => {
    const given = env[name] ?? fallback
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN
    if (!(value <= max)) problems.push(`${name} must be a whole number from 0 to ${max}, not ${JSON.stringify(given)}`)
    return value
  }
  const config: ProxyConfig = {
    host: env.HOST || '127.0.0.1',
    port: whole('PORT', '8474', 65_535),
    token: env.PROXY_TOKEN || undefined,
    file: env.PROXY_CONFIG || undefined,
    seed: proxySettings.read(env, (_name, message) => problems.push(message)).PROXY_SEED,
  }
  if (!isLoopback(config.host) && config.token === undefined)
    problems.push(`HOST ${JSON.stringify(config.host)} is open to others: set PROXY_TOKEN, or HOST to 127.0.0.1`)
  if (problems.length === 0) return config
  throw proxyErrors.error('FD_PROXY_CONFIG', {
    where: 'environment of the fault proxy',
    message: problems.join('; '),
    next: 'firedrill serve --help lists the settings',
  })
}

/** Reads the proxies of a file: `[{"name", "listen", "upstream", "enabled"}]`. @throws FD_PROXY_CONFIG */
export async function readPlans(file: string): Promise<ProxyPlan[]> {
  try {
    const { value, rest } = readJson(await readUserFile(file, { maxBytes: fileLimits.written }))
    if (rest.trim() !== '') throw new Error(`nothing may follow the list: ${JSON.stringify(rest.trim().slice(0, 40))}`)
    return decodeProxies(value).map((input, index) => planOf(input, ` at proxy ${index + 1}`))
  } catch (error) {
    throw proxyErrors.error('FD_PROXY_CONFIG', {
      where: file,
      message: messageOf(error).replace(/^bad request body: /, ''),
      expected: 'a JSON array of {"name": "redis", "listen": "127.0.0.1:26379", "upstream": "127.0.0.1:6379"}',
      cause: error,
    })
  }
}

export interface ProxyConfig {
  /** Of the HTTP API, not of the proxies: this machine only, unless a token is set. Default 127.0.0.1. */
  host: string
  /** Default 8474, as Toxiproxy's; 0 takes a free one. */
  port: number
  /** Bearer token of requests that change something; without one, everyone who reaches the port may send them. */
  token: string | undefined
  /** A JSON file with the proxies to start with, as Toxiproxy's -config. */
  file: string | undefined
  /** Seed of random choices: jitter, stalls, which connections a toxicity below 1 affects. 0 to 2^32 - 1. */
  seed: number | undefined
}
