import { formatDuration, parseDuration } from '../../base/units/duration.ts'
import { levels, type Plan, startedWithinMs } from '../../load/plan.ts'
import { type Shape, shapes } from '../../load/users/pacing.ts'
import { cliErrors } from '../errors.ts'

/** As commander hands them over. */
export interface LoadFlags {
  journey: string
  users?: string
  spawnRate?: string
  level?: string
  rate?: string
  shape: string
  maxUsers: string
  duration: string
  timeout: string
  threshold: string[]
  abortOnFail: boolean
  out?: string
  workers: string
  seed?: string
  allowRemote: boolean
  insecure: boolean
  ca?: string
}

export interface LoadArguments {
  plan: Plan
  durationMs: number
  timeoutMs: number
  threads: number
  seed: number
}

/** Reads what is numbers and durations among the options. @throws FD_USAGE with everything that is wrong at once */
export function readLoadFlags(flags: LoadFlags): LoadArguments {
  const problems: string[] = []
  const duration = (name: string, text: string) => {
    const ms = parseDuration(text)
    if (ms === undefined || ms <= 0) problems.push(`--${name} is a duration above 0, such as 30s or 5m, not "${text}"`)
    return ms ?? 0
  }
  const number = (name: string, text: string, { max, whole }: { max: number; whole: boolean }) => {
    const value = Number(text)
    const good = text.trim() !== '' && value > 0 && value <= max && (!whole || Number.isInteger(value))
    if (!good) problems.push(`--${name} is a ${whole ? 'whole ' : ''}number above 0, up to ${max}, not "${text}"`)
    return value
  }
  const durationMs = duration('duration', flags.duration)
  const timeoutMs = duration('timeout', flags.timeout)
  const threads = number('workers', flags.workers, { max: 64, whole: true })
  const maxUsers = number('max-users', flags.maxUsers, { max: 50_000, whole: true })
  const seed = flags.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(flags.seed)
  if (!Number.isSafeInteger(seed) || seed < 0) problems.push(`--seed is a whole number from 0, not "${flags.seed}"`)

  const closed = (['users', 'spawnRate', 'level'] as const).filter((name) => flags[name] !== undefined)
  if (flags.rate !== undefined && closed.length > 0) {
    const names = closed.map((name) => (name === 'spawnRate' ? '--spawn-rate' : `--${name}`))
    problems.push(`--rate (open model) does not go with ${names.join(' and ')} (closed model)`)
  }
  if (flags.rate === undefined && flags.shape !== 'constant') problems.push('--shape goes with --rate')
  const level = levels[(flags.level ?? 'light') as keyof typeof levels]
  const users = flags.users === undefined ? level.users : number('users', flags.users, { max: 50_000, whole: true })
  const plan: Plan =
    flags.rate === undefined
      ? {
          model: 'closed',
          users,
          spawnRatePerSecond:
            flags.spawnRate === undefined
              ? usualSpawnRate(users, level.spawnRatePerSecond, durationMs)
              : number('spawn-rate', flags.spawnRate, { max: 10_000, whole: false }),
        }
      : {
          model: 'open',
          shape: flags.shape as Shape,
          ratePerSecond: number('rate', flags.rate, { max: 1_000_000, whole: false }),
          durationMs,
          maxUsers,
        }
  if (problems.length === 0 && plan.model === 'closed' && startedWithinMs(plan) >= durationMs) {
    const neededSeconds = Math.ceil(startedWithinMs(plan) / 1_000) + 1
    problems.push(
      `${plan.users} users at ${plan.spawnRatePerSecond} a second start over ${formatDuration(startedWithinMs(plan))}, and --duration is ${flags.duration}: --duration ${neededSeconds}s or more, a higher --spawn-rate, or fewer users`,
    )
  }
  if (problems.length > 0) {
    throw cliErrors.error('FD_USAGE', { message: problems.join('; '), next: 'firedrill load --help' })
  }
  return { plan, durationMs, timeoutMs, threads, seed }
}

/** The level's; a short run starts its users within its first half. */
function usualSpawnRate(users: number, levels: number, durationMs: number): number {
  const isLongEnough = startedWithinMs({ model: 'closed', users, spawnRatePerSecond: levels }) < durationMs
  return isLongEnough || durationMs <= 0 ? levels : Math.ceil((users * 2_000) / durationMs)
}

export const shapeNames = Object.keys(shapes)
export const levelNames = Object.keys(levels)
