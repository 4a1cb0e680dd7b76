import { formatDuration, parseDuration } from '../../base/units/duration.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import { levels, type Plan, startedWithinMs } from '../../load/plan.ts'
import { type Shape, shapes } from '../../load/users/pacing.ts'
import type { WorkersPlace } from '../../workflows/load-workers.ts'
import { readWorkers, type WorkerFlags } from './load-workers.ts'

export const shapeNames = Object.keys(shapes)
export const levelNames = Object.keys(levels)

/** The options of `firedrill load` as commander gives them. */
export interface LoadFlags extends WorkerFlags {
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
  workers: WorkersPlace | undefined
  seed: number
}

/** Reads the numbers and durations among the options. @throws FD_USAGE with everything that is wrong at once */
export function readLoadFlags(flags: LoadFlags): LoadArguments {
  const reader = new FlagReader()
  const durationMs = reader.duration('duration', flags.duration)
  const timeoutMs = reader.duration('timeout', flags.timeout)
  const carriers = readWorkers(flags, reader.problems)
  const mostUsers = MOST_USERS * machinesOf(carriers.workers)
  const maxUsers = reader.number('max-users', flags.maxUsers, { max: mostUsers, whole: true })
  const seed = flags.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(flags.seed)
  if (!Number.isSafeInteger(seed) || seed < 0)
    reader.problems.push(`--seed is a whole number from 0, not "${flags.seed}"`)
  checkModel(flags, reader.problems)
  const plan: Plan =
    flags.rate === undefined
      ? closedPlan(flags, durationMs, { reader, mostUsers })
      : {
          model: 'open',
          shape: flags.shape as Shape,
          ratePerSecond: reader.number('rate', flags.rate, { max: 1_000_000, whole: false }),
          durationMs,
          maxUsers,
        }
  if (reader.problems.length === 0) checkStart(plan, durationMs, { flags, problems: reader.problems })
  if (reader.problems.length > 0) {
    throw usageErrors.error('FD_USAGE', { message: reader.problems.join('; '), next: 'firedrill load --help' })
  }
  return { plan, durationMs, timeoutMs, ...carriers, seed }
}

/** The origin of the URL that is loaded. @throws FD_USAGE */
export function readTarget(target: string): string {
  const url = URL.canParse(target) ? new URL(target) : undefined
  const plain = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
  if (plain && (url.protocol === 'http:' || url.protocol === 'https:')) return url.origin
  throw usageErrors.error('FD_USAGE', {
    message: 'the target is no URL that can be loaded',
    expected: "http:// or https://, a host and perhaps a port; paths are the journey's",
    given: target,
  })
}

/** Reads texts as numbers, and collects what is wrong with them. */
class FlagReader {
  readonly problems: string[] = []

  duration(name: string, text: string): number {
    const ms = parseDuration(text)
    if (ms === undefined || ms <= 0)
      this.problems.push(`--${name} is a duration above 0, such as 30s or 5m, not "${text}"`)
    return ms ?? 0
  }

  number(name: string, text: string, { max, whole }: { max: number; whole: boolean }): number {
    const value = Number(text)
    const good = text.trim() !== '' && value > 0 && value <= max && (!whole || Number.isInteger(value))
    if (!good) this.problems.push(`--${name} is a ${whole ? 'whole ' : ''}number above 0, up to ${max}, not "${text}"`)
    return value
  }
}

/** Options of one model do not go with those of the other. */
function checkModel(flags: LoadFlags, problems: string[]): void {
  const closed = (['users', 'spawnRate', 'level'] as const).filter((name) => flags[name] !== undefined)
  if (flags.rate !== undefined && closed.length > 0) {
    const names = closed.map((name) => (name === 'spawnRate' ? '--spawn-rate' : `--${name}`))
    problems.push(`--rate (open model) does not go with ${names.join(' and ')} (closed model)`)
  }
  if (flags.rate === undefined && flags.shape !== 'constant') problems.push('--shape goes with --rate')
}

/** Of one process: beyond, a machine is out of ports or memory. */
const MOST_USERS = 50_000

function machinesOf(place: WorkersPlace | undefined): number {
  if (place === undefined) return 1
  return Math.max(1, place.kind === 'hosts' ? place.hosts.length : place.count || 1)
}

function closedPlan(
  flags: LoadFlags,
  durationMs: number,
  { reader, mostUsers }: { reader: FlagReader; mostUsers: number },
): Plan {
  const level = levels[(flags.level ?? 'light') as keyof typeof levels]
  const users =
    flags.users === undefined ? level.users : reader.number('users', flags.users, { max: mostUsers, whole: true })
  const spawnRatePerSecond =
    flags.spawnRate === undefined
      ? usualSpawnRate(users, level.spawnRatePerSecond, durationMs)
      : reader.number('spawn-rate', flags.spawnRate, { max: 10_000, whole: false })
  return { model: 'closed', users, spawnRatePerSecond }
}

/** All users of the closed model must have started before the time is over. */
function checkStart(
  plan: Plan,
  durationMs: number,
  { flags, problems }: { flags: LoadFlags; problems: string[] },
): void {
  if (plan.model !== 'closed' || startedWithinMs(plan) < durationMs) return
  const neededSeconds = Math.ceil(startedWithinMs(plan) / 1_000) + 1
  problems.push(
    `${plan.users} users at ${plan.spawnRatePerSecond} a second start over ${formatDuration(startedWithinMs(plan))}, and --duration is ${flags.duration}: --duration ${neededSeconds}s or more, a higher --spawn-rate, or fewer users`,
  )
}

/** The spawn rate of the level; a short run starts its users within its first half. */
function usualSpawnRate(users: number, ofLevel: number, durationMs: number): number {
  const isLongEnough = startedWithinMs({ model: 'closed', users, spawnRatePerSecond: ofLevel }) < durationMs
  return isLongEnough || durationMs <= 0 ? ofLevel : Math.ceil((users * 2_000) / durationMs)
}
