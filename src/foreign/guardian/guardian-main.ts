import { writeSync } from 'node:fs'
import { catchUncaught } from '../../api/control/catch-uncaught.ts'
import { FiredrillError, messageOf } from '../../base/errors.ts'
import type { Turn } from '../../base/turn.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { Lever } from '../../runtimes/native/state/lever.ts'
import { openControls } from '../control/controls.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'
import { readSystem } from '../file/system-file.ts'
import { ForeignRuntime } from '../foreign-runtime.ts'
import { Clusters } from '../kubernetes/clusters.ts'
import { adoptTurns } from '../kubernetes/turn/adopt-turns.ts'
import { anyOf, systemLevers } from '../system-levers.ts'
import { endFaults } from './end-faults.ts'
import { type Failed, GUARD_METHODS, type GuardAnswer, type GuardRequest, type LeftFault } from './guard.ts'
import { guardReach } from './guard-reach.ts'
import { Guardian } from './guardian.ts'
import { nextSteps } from './next-steps.ts'

/**
 * The process that holds the faults of one run on a system that is not ours. It has a session of its own, and ends when
 * `firedrill run` ends in any way: it undoes the active faults first. It watches for a halt by itself. It ends with 1 when it had to leave
 * something, which its last lines name.
 */

/** How long undoing goes on after a signal that comes while it is tried. */
const HURRY_MS = 10_000

const [file = '', stateFolder = '', runPid = ''] = process.argv.slice(2)
const send = (answer: GuardAnswer) => {
  if (process.connected) process.send?.(answer)
}

// Faults are in force: an error in an event's handler, or a log on a disk that is full, must not end their holder.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)
catchUncaught((error) => note(`an error that nothing has caught: ${messageOf(error)}`))

// The run may end before anything has begun.
let leaving: Promise<void> | undefined
let guardian: Guardian | undefined
let system: ForeignSystem | undefined
/** The run ends its turn itself, unless it is gone. */
let isClosed = false
const hurrying = new AbortController()
const controls = openControls()
const clusters = new Clusters(process.env)
function leave(): Promise<void> {
  leaving ??= (async () => {
    // Others are kept out until all is undone; the undo does not wait for that.
    const adopting = isClosed || system === undefined ? undefined : adopt(system).catch(() => [])
    const left = guardian === undefined ? [] : await endFaults(guardian, { hurry: hurrying.signal, onLeft: noteLeft })
    for (const { what, why } of left) note(`not undone: ${what}: ${why}`)
    for (const step of nextSteps(left, file)) note(`next: ${step}`)
    for (const turn of (await adopting) ?? []) await turn.end()
    if (process.connected) process.disconnect()
    process.exit(left.length === 0 ? 0 : 1)
  })()
  return leaving
}
process.once('disconnect', () => void leave())
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal)
// The run can have ended while this was loaded: that is announced only once.
if (!process.connected) await leave()

const guard = await open().catch(fail)
guardian = guard
process.on('message', (request: GuardRequest) => void answer(request))
send({ ready: true })

async function adopt(of: ForeignSystem): Promise<Turn[]> {
  return adoptTurns(of, { runPid: Number(runPid), clusterOf: (place) => clusters.of(place) })
}

async function open(): Promise<Guardian> {
  system = await readSystem(file)
  const runtime = new ForeignRuntime(system, controls.controlOf, (place) => clusters.of(place))
  await runtime.up()
  const lever = anyOf([new Lever(stateFolder), ...systemLevers(system)])
  return new Guardian(runtime, { lever, reach: guardReach(system, runtime) })
}

/** Ends, when the run has the reason. */
async function fail(error: unknown): Promise<never> {
  const failed: GuardAnswer = { failed: failedBy(error) }
  await new Promise<void>((resolve) => {
    if (process.connected) process.send?.(failed, () => resolve())
    else resolve()
  })
  await leave()
  throw error
}

async function answer({ id, method, args }: GuardRequest): Promise<void> {
  if (!GUARD_METHODS.includes(method)) return
  try {
    // The run gets what is left now; what becomes of it after further attempts is logged.
    const act = (method === 'close' ? guard.endAll : guard[method]).bind(guard) as (
      ...given: unknown[]
    ) => Promise<unknown>
    send({ id, result: (await act(...args)) ?? null })
  } catch (error) {
    send({ id, error: failedBy(error) })
  }
  if (method !== 'close') return
  isClosed = true
  await leave()
}

function failedBy(error: unknown): Failed {
  if (!(error instanceof FiredrillError)) return { message: messageOf(error) }
  const { code, message, ...details } = error.toJSON()
  return { message, code, details }
}

function onSignal(): void {
  if (leaving !== undefined) setTimeout(() => hurrying.abort(), HURRY_MS)
  void leave()
}

function noteLeft(left: readonly LeftFault[], boundMs: number): void {
  for (const { what, why } of left) note(`not undone yet: ${what}: ${why}`)
  note(`it is tried for ${formatDuration(boundMs)} more`)
}

/** Adds a line to the log of the guardian. */
function note(text: string): void {
  try {
    writeSync(2, `${new Date().toISOString()} ${text}\n`)
  } catch {
    // The disk is full, and there is no other place to say it.
  }
}
