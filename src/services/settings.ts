import { parseDuration } from '../base/duration.ts'
import { serviceErrors } from './errors.ts'

/** Reads one setting each; a missing or bad value is noted as a problem and answered with a value of the right type. */
export interface Settings {
  text(name: string, fallback: string): string
  /** 0 asks the system for a free port. */
  port(name: string, fallback: number): number
  count(name: string, fallback: number, max: number): number
  /** 0 to 2^32 - 1; `undefined` when it is not set. */
  seed(name: string): number | undefined
  /** "20%" as 0.2. */
  ratio(name: string, fallback: string): number
  /** "60s" as milliseconds. */
  durationMs(name: string, fallback: string, minMs: number): number
  /** A URL with one of these protocols ("redis:"). It may hold a password, so that no problem ever quotes it. */
  url(name: string, protocols: readonly string[]): string
  /** Notes what is wrong with a setting that none of the above can judge. */
  problem(text: string): void
}

/**
 * Reads a service's settings from `env`, which is not changed.
 * @throws FD_CONFIG_INVALID with all the problems there are
 */
export function readSettings<T>(service: string, env: NodeJS.ProcessEnv, read: (settings: Settings) => T): T {
  const problems: string[] = []
  const config = read(settingsOf(env, (problem) => problems.push(problem)))
  if (problems.length === 0) return config
  throw serviceErrors.error('FD_CONFIG_INVALID', {
    where: `environment of ${service}`,
    message: problems.join('; '),
    next: 'firedrill serve --help lists the settings',
  })
}

function settingsOf(env: NodeJS.ProcessEnv, problem: (text: string) => void): Settings {
  const integer = (name: string, fallback: number, min: number, max: number): number => {
    const given = env[name] ?? String(fallback)
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN
    if (value >= min && value <= max) return value
    problem(`${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(given)}`)
    return fallback
  }
  return {
    text: (name, fallback) => {
      const value = env[name] ?? fallback
      if (value.trim() === '') problem(`${name} must not be empty`)
      return value
    },
    port: (name, fallback) => integer(name, fallback, 0, 65_535),
    count: (name, fallback, max) => integer(name, fallback, 1, max),
    seed: (name) => (env[name] === undefined ? undefined : integer(name, 0, 0, 4_294_967_295)),
    ratio: (name, fallback) => {
      const given = env[name] ?? fallback
      const value = /^\d+(\.\d+)?%$/.test(given) ? Number(given.slice(0, -1)) / 100 : Number.NaN
      if (value <= 1) return value
      problem(`${name} must be a share from 0% to 100%, like "${fallback}", not ${JSON.stringify(given)}`)
      return 0
    },
    durationMs: (name, fallback, minMs) => {
      const given = env[name] ?? fallback
      const ms = parseDuration(given)
      if (ms !== undefined && ms >= minMs) return ms
      problem(`${name} must be a duration of at least ${minMs}ms, like "${fallback}", not ${JSON.stringify(given)}`)
      return minMs
    },
    url: (name, protocols) => {
      const value = env[name]
      const expected = protocols.map((protocol) => `${protocol}//…`).join(' or ')
      if (value === undefined || value === '') problem(`${name} is not set; it must be ${expected}`)
      else if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol))
        problem(`${name} must be a URL ${expected}`)
      return value ?? ''
    },
    problem,
  }
}
