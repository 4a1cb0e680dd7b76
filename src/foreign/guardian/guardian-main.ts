import { FiredrillError, messageOf } from '../../base/errors.ts'
import { Lever } from '../../runtimes/native/state/lever.ts'
import { openControls } from '../control/controls.ts'
import { readSystem } from '../file/system-file.ts'
import { ForeignRuntime } from '../foreign-runtime.ts'
import { Clusters } from '../kubernetes/clusters.ts'
import { anyOf, systemLevers } from '../system-levers.ts'
import { type Failed, GUARD_METHODS, type Guard, type GuardAnswer, type GuardRequest } from './guard.ts'
import { guardReach } from './guard-reach.ts'
import { Guardian } from './guardian.ts'

/**
 * The process that holds the faults of one run on a system that is not ours. It has a session of its own, and ends when
 * `firedrill run` ends in any way: it undoes the active faults first. It watches for a halt by itself.
 */

const [file = '', stateFolder = ''] = process.argv.slice(2)
const send = (answer: GuardAnswer) => {
  if (process.connected) process.send?.(answer)
}

// The run may end before anything has begun.
let leaving: Promise<void> | undefined
let guardian: Guardian | undefined
const controls = openControls()
const clusters = new Clusters(process.env)
function leave(): Promise<void> {
  leaving ??= (async () => {
    await guardian?.close()
    await controls.close()
    await clusters.close()
    if (process.connected) process.disconnect()
    process.exit(0)
  })()
  return leaving
}
process.once('disconnect', () => void leave())
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void leave())

const system = await readSystem(file)
const runtime = await openRuntime().catch(fail)
const lever = anyOf([new Lever(stateFolder), ...systemLevers(system)])
guardian = new Guardian(runtime, { lever, reach: guardReach(system, runtime) })
const guard: Guard = guardian
process.on('message', (request: GuardRequest) => void answer(request))
send({ ready: true })

async function openRuntime(): Promise<ForeignRuntime> {
  const opened = new ForeignRuntime(system, controls.controlOf, (place) => clusters.of(place))
  await opened.up()
  return opened
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
    const act = guard[method].bind(guard) as (...given: unknown[]) => Promise<unknown>
    send({ id, result: (await act(...args)) ?? null })
  } catch (error) {
    send({ id, error: failedBy(error) })
  }
  if (method === 'close') await leave()
}

function failedBy(error: unknown): Failed {
  if (!(error instanceof FiredrillError)) return { message: messageOf(error) }
  const { code, message, ...details } = error.toJSON()
  return { message, code, details }
}
