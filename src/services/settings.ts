import { integer, type SettingsDefinition, type Values } from '../base/schema/settings.ts'
import { serviceErrors } from './errors.ts'

/**
 * Reads a service's settings, and how it is wired, from `env`, which is not changed.
 * @throws FD_CONFIG_INVALID with all the problems there are
 */
export function readSettings<Definition extends SettingsDefinition, T>(
  { service, env, definition }: { service: string; env: NodeJS.ProcessEnv; definition: Definition },
  build: (wiring: Wiring, values: Values<Definition['all']>) => T,
): T {
  const problems: string[] = []
  const note = (_name: string, message: string) => problems.push(message)
  const values = definition.read(env, note) as Values<Definition['all']>
  const config = build(wiringOf(env, note), values)
  if (problems.length === 0) return config
  throw serviceErrors.error('FD_CONFIG_INVALID', {
    where: `environment of ${service}`,
    message: problems.join('; '),
    next: 'firedrill serve --help lists the settings',
  })
}

/** Reads how a service is wired to others; a missing or bad value is noted and answered with one of the right type. */
export interface Wiring {
  text(name: string, fallback: string): string
  /** 0 asks the system for a free port. */
  port(name: string, fallback: number): number
  /** A URL with one of these protocols ("redis:"). It may hold a password, so that no problem ever quotes it. */
  url(name: string, protocols: readonly string[]): string
}

function wiringOf(env: NodeJS.ProcessEnv, problem: (name: string, message: string) => void): Wiring {
  return {
    text: (name, fallback) => {
      const value = env[name] ?? fallback
      if (value.trim() === '') problem(name, `${name} must not be empty`)
      return value
    },
    port: (name, fallback) => integer(env[name] ?? fallback, { min: 0, max: 65_535 }, { name, problem }),
    url: (name, protocols) => {
      const value = env[name]
      const expected = protocols.map((protocol) => `${protocol}//…`).join(' or ')
      if (value === undefined || value === '') problem(name, `${name} is not set; it must be ${expected}`)
      else if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol))
        problem(name, `${name} must be a URL ${expected}`)
      return value ?? ''
    },
  }
}
