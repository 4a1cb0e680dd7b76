import { parseDuration } from '../units/duration.ts'

/** Says what is wrong with the setting of that name. */
export type SettingProblem = (name: string, message: string) => void

/** One thing that an environment variable sets. */
export interface Setting<Value = unknown> {
  /** What it is, for people. */
  readonly about: string
  /** What it is when nobody sets it, as it would be written. */
  readonly fallback: string | undefined
  /** Names a file, a host or another source: the responder, which may only repair, must not set it. */
  readonly operatorOnly?: true
  /** The value that a text means; `undefined`: nobody has set it. A wrong one is noted, and answered with some value. */
  read(given: string | undefined, name: string, problem: SettingProblem): Value
}

type AnySettings = Readonly<Record<string, Setting>>
export type Values<All extends AnySettings> = { readonly [Name in keyof All]: ReturnType<All[Name]['read']> }

/**
 * What can be set on a service while the stack is up: these names and no others. How it is wired to others (its address,
 * URLs, credentials, paths) is not part of it.
 */
export interface SettingsDefinition<All extends AnySettings = AnySettings> {
  readonly all: All
  /** Reads all of them from `env`, and notes every problem there is. */
  read(env: Readonly<Record<string, string | undefined>>, problem: SettingProblem): Values<All>
}

/** `check` notes what is wrong with values that are right one by one. */
export function defineSettings<const All extends AnySettings>(
  all: All,
  check: (values: Values<All>, problem: SettingProblem) => void = () => undefined,
): SettingsDefinition<All> {
  return {
    all,
    read: (env, problem) => {
      const entries = Object.entries(all).map(([name, one]) => [name, one.read(env[name], name, problem)])
      const values = Object.fromEntries(entries) as Values<All>
      check(values, problem)
      return values
    },
  }
}

/** A whole number from 1 to `max`. */
export function count(fallback: number, max: number, about: string): Setting<number> {
  return {
    about,
    fallback: String(fallback),
    read: (given, name, problem) => integer(given ?? fallback, { min: 1, max }, { name, problem }),
  }
}

/** The least and the greatest value that is allowed. */
interface Bounds {
  min: number
  max: number
}

/** A number, also a broken one. */
export function number(fallback: number, { min, max }: Bounds, about: string): Setting<number> {
  return {
    about,
    fallback: String(fallback),
    read: (given, name, problem) => {
      const value = given?.trim() === '' ? Number.NaN : Number(given ?? fallback)
      if (value >= min && value <= max) return value
      problem(name, `${name} must be a number from ${min} to ${max}, not ${JSON.stringify(given)}`)
      return fallback
    },
  }
}

/** 0 to 2^32 - 1; `undefined` when it is not set. */
export function seed(about: string): Setting<number | undefined> {
  return {
    about,
    fallback: undefined,
    read: (given, name, problem) =>
      given === undefined ? undefined : integer(given, { min: 0, max: 2 ** 32 - 1 }, { name, problem }),
  }
}

/** "20%" as 0.2. */
export function ratio(fallback: string, about: string): Setting<number> {
  return {
    about,
    fallback,
    read: (given = fallback, name, problem) => {
      const value = /^\d+(\.\d+)?%$/.test(given) ? Number(given.slice(0, -1)) / 100 : Number.NaN
      if (value <= 1) return value
      problem(name, `${name} must be a share from 0% to 100%, like "${fallback}", not ${JSON.stringify(given)}`)
      return 0
    },
  }
}

/** "60s" as milliseconds. */
export function durationMs(fallback: string, minMs: number, about: string): Setting<number> {
  return {
    about,
    fallback,
    read: (given = fallback, name, problem) => {
      const ms = parseDuration(given)
      if (ms !== undefined && ms >= minMs) return ms
      problem(
        name,
        `${name} must be a duration of at least ${minMs}ms, like "${fallback}", not ${JSON.stringify(given)}`,
      )
      return minMs
    },
  }
}

/** One of a few words. */
export function word<Word extends string>(fallback: Word, words: readonly Word[], about: string): Setting<Word> {
  return {
    about,
    fallback,
    read: (given = fallback, name, problem) => {
      const found = words.find((one) => one === given)
      if (found === undefined) problem(name, `${name} must be one of ${words.join(', ')}, not ${JSON.stringify(given)}`)
      return found ?? fallback
    },
  }
}

/** Says what is wrong with a text: "must be …". */
export type Wrong = (what: string) => void

/** What stands in a text that is not empty. */
export function text<Value>(
  fallback: string,
  about: string,
  parse: (given: string, wrong: Wrong) => Value,
): Setting<Value> {
  return {
    about,
    fallback,
    read: (given = fallback, name, problem) => {
      const isEmpty = given.trim() === ''
      if (isEmpty) problem(name, `${name} must not be empty`)
      return parse(given, (what) => isEmpty || problem(name, `${name} ${what}`))
    },
  }
}

/** A text that may be missing: then it is empty. */
export function optionalText(about: string, check: (given: string, wrong: Wrong) => void): Setting<string> {
  return {
    about,
    fallback: undefined,
    read: (given = '', name, problem) => {
      if (given !== '') check(given, (what) => problem(name, `${name} ${what}`))
      return given
    },
  }
}

/** A whole number from `min` to `max`. */
export function integer(
  given: string | number,
  { min, max }: Bounds,
  { name, problem }: { name: string; problem: SettingProblem },
): number {
  const value = /^\d+$/.test(String(given)) ? Number(given) : Number.NaN
  if (value >= min && value <= max) return value
  problem(name, `${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(given)}`)
  return min
}
