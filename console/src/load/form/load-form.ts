import type { JourneysView, LoadBody } from '../../../../src/api/contract.ts'

/** The form of a load that is to be started, as it stands in the address. */

export interface LoadForm {
  journey: string
  model: 'users' | 'rate'
  users: string
  spawn: string
  rate: string
  shape: string
  maxUsers: string
  duration: string
  /** One a line. */
  thresholds: string
  abort: boolean
}

/** The form of an address; what does not stand there is that of the lightest level. */
export function readForm(query: URLSearchParams, { levels }: Pick<JourneysView, 'levels'>): LoadForm {
  const read = (name: string, fallback: string) => query.get(name) ?? fallback
  const [light] = levels
  return {
    journey: read('journey', 'browse'),
    model: query.get('model') === 'rate' ? 'rate' : 'users',
    users: read('users', String(light?.users ?? 50)),
    spawn: read('spawn', String(light?.spawnRatePerSecond ?? 10)),
    rate: read('rate', '100'),
    shape: read('shape', 'constant'),
    maxUsers: read('maxUsers', '1000'),
    duration: read('duration', '1m'),
    thresholds: read('thresholds', 'p95<200ms\nerrors<1%'),
    abort: query.get('abort') === 'yes',
  }
}

/** What is wrong with the fields, by name; empty when nothing is. */
export function problemsOf(form: LoadForm): Partial<Record<keyof LoadForm, string>> {
  const problems: Partial<Record<keyof LoadForm, string>> = {}
  const durationMs = parseDuration(form.duration)
  if (durationMs === undefined || durationMs < 1_000 || durationMs > DAY_MS)
    problems.duration = 'A duration from 1s to 1d: 30s, 5m, 1h30m'
  const number = (name: 'users' | 'spawn' | 'rate' | 'maxUsers', most: number, whole: boolean) => {
    const value = Number(form[name])
    if (form[name].trim() === '' || !(value > 0) || value > most || (whole && !Number.isInteger(value)))
      problems[name] = `A ${whole ? 'whole ' : ''}number above 0, up to ${most.toLocaleString('en')}`
  }
  if (form.model === 'rate') {
    number('rate', 1_000_000, false)
    number('maxUsers', 50_000, true)
    return problems
  }
  number('users', 50_000, true)
  number('spawn', 10_000, false)
  const startMs = ((Number(form.users) - 1) / Number(form.spawn)) * 1_000
  if (Object.keys(problems).length === 0 && durationMs !== undefined && startMs >= durationMs)
    problems.spawn = `The users start over ${Math.ceil(startMs / 1_000)} s, which is longer than the load lasts`
  return problems
}

/** What control is asked for. The form has no problems. */
export function bodyOf(form: LoadForm): LoadBody {
  const closed = { users: Number(form.users), spawnRatePerSecond: Number(form.spawn) }
  const open = {
    ratePerSecond: Number(form.rate),
    shape: form.shape as NonNullable<LoadBody['shape']>,
    maxUsers: Number(form.maxUsers),
  }
  return {
    journey: form.journey,
    ...(form.model === 'rate' ? open : closed),
    durationMs: parseDuration(form.duration) ?? 60_000,
    thresholds: thresholdsOf(form),
    abortOnFail: form.abort,
  }
}

/** The words of the command that does the same. */
export function wordsOf(form: LoadForm): string[] {
  const model =
    form.model === 'rate'
      ? ['--rate', form.rate, '--shape', form.shape, '--max-users', form.maxUsers]
      : ['--users', form.users, '--spawn-rate', form.spawn]
  return [
    'load',
    ...['--journey', form.journey],
    ...model,
    ...['--duration', form.duration],
    ...thresholdsOf(form).flatMap((text) => ['--threshold', `'${text.replaceAll("'", "'\\''")}'`]),
    ...(form.abort ? ['--abort-on-fail'] : []),
  ]
}

export function thresholdsOf({ thresholds }: Pick<LoadForm, 'thresholds'>): string[] {
  return thresholds
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

const DAY_MS = 86_400_000
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS }

/** "30s", "1h30m" in milliseconds; undefined for other texts. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(text)) return undefined
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)].reduce(
    (sum, [, amount, unit = 's']) => sum + Number(amount) * (UNITS_MS[unit] ?? 0),
    0,
  )
}
