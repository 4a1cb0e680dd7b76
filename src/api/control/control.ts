import { type Logger, pino } from 'pino'
import { defined } from '../../base/defined.ts'
import { FiredrillError } from '../../base/errors.ts'
import { listenAlso } from '../../base/http/listen-also.ts'
import { NEXT_ON_FULL_DISK, systemError, systemErrors } from '../../base/system/system-error.ts'
import { Troubles, troubleKinds } from '../../base/system/troubles.ts'
import { establish } from '../../runtimes/native/establish.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { Profile } from '../../stack/profile.ts'
import type { StackSettings } from '../../stack/settings.ts'
import { logDestination } from '../../telemetry/log-destination.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import type { StackView } from '../contract.ts'
import { claimControl } from '../stack-files/control-file.ts'
import { CapacityWatch } from './capacity-watch.ts'
import { catchUncaught } from './catch-uncaught.ts'
import { CleanUp } from './clean-up.ts'
import type { PrepareStack, Progress } from './prepared-stack.ts'
import { recordUnexpected } from './record-unexpected.ts'
import { StackControl } from './stack-control.ts'

/** The control process: how it starts, and how it ends. */

/**
 * Brings the whole stack up and serves the control API. Resolves when every part is healthy and Prometheus has scraped
 * every target; on failure or abort, what was started is stopped first.
 */
export async function startControl(options: ControlOptions): Promise<Control> {
  const { folder, profile, settings, version, consoleFolder, program, signal, onProgress = () => undefined } = options
  const startedAtMs = Date.now()
  // What is created from here on, by control and by all that it starts, is for this user alone.
  if (options.closed !== false) process.umask(0o077)
  await establish(folder)
  // First of all: nothing may be touched in the folder of a stack that is up.
  const claim = await claimControl(folder)
  const troubles = new Troubles()
  const metrics = new Metrics()
  const logger = pino({ level: 'warn' }, logDestination(2))
  const cleanUp = new CleanUp()
  cleanUp.add(catchUncaught(recordUnexpected(troubles, metrics, logger)))
  cleanUp.add(claim.release)
  const watch = new CapacityWatch([folder.path], troubles)
  let failed = false
  try {
    const notices: string[] = []
    const notice = (text: string) => {
      notices.push(text)
      onProgress({ kind: 'notice', text })
    }
    const stack = await options.prepare({ folder, profile, settings, signal, onProgress, notice, troubles })
    cleanUp.add(() => stack.close())
    stack.runtime.onEvent((event) => onProgress({ kind: 'part', event }))
    for (const kind of troubleKinds) metrics.read('firedrill_trouble', { kind }, () => troubles.count(kind))
    watch.add(stack.folders)
    await watch.look()
    watch.start()
    cleanUp.add(() => watch.stop())
    const facts = { folder, profile, settings, version, startedAtMs, consoleFolder, program }
    const control = new StackControl(stack, { ...facts, notices, troubles, metrics, logger })
    cleanUp.add(() => control.server.close())
    cleanUp.add(() => control.takeDown({ keepParts: failed && stack.outlivesControl }))
    await stack.freePort()
    await control.server.listen(stack.listen)
    for (const address of stack.listenAlso ?? []) cleanUp.add(await listenAlso(control.server.server, address))
    await claim.publish(`http://127.0.0.1:${stack.listen.port}`)
    await control.bringUp(signal, onProgress)
    return { view: () => control.view(), downRequested: control.downRequested, down: () => cleanUp.run() }
  } catch (error) {
    failed = true
    await watch.look()
    const full = troubles.list().find(({ kind }) => kind === 'disk')?.text
    await endAfterFailure(cleanUp, logger)
    throw explained(error, folder.path, full)
  }
}

export interface ControlOptions {
  folder: StateFolder
  profile: Profile
  /** Objectives, policy, and where people are notified. Default: none. */
  settings?: StackSettings
  version: string
  /** On which kind of runtime. */
  prepare: PrepareStack
  /** Folder of the built console. */
  consoleFolder: string
  /** How Firedrill starts itself, for the runs and loads that the console starts. Default: it starts none. */
  program?: readonly [string, ...string[]] | undefined
  /** Whether only this user may read what control and its parts write. Default: true; containers share files by their modes. */
  closed?: boolean
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

export interface Control {
  view(): StackView
  /** Resolves when the API was asked to take the stack down. */
  downRequested: Promise<void>
  /** Stops everything in order. Safe to call twice. */
  down(): Promise<void>
}

/** The reason why it did not come up is what counts, so a failure of ending it is only logged. */
async function endAfterFailure(cleanUp: CleanUp, logger: Logger): Promise<void> {
  await cleanUp
    .run()
    .catch((error: unknown) => logger.error({ err: error }, 'not everything that was started could be ended'))
}

/** Names the system, or a full disk, as the reason where it is: parts that end because a disk is full seldom say so. */
function explained(error: unknown, path: string, full: string | undefined): unknown {
  const reason = systemError(error, path)
  if (reason !== undefined || full === undefined || !(error instanceof FiredrillError)) return reason ?? error
  const { message, where, given } = error.details
  return systemErrors.error('FD_SYSTEM_DISK', {
    message: `${full}, and the stack did not come up: ${error.code} ${message}`,
    where: where ?? path,
    ...defined({ given }),
    next: NEXT_ON_FULL_DISK,
    cause: error,
  })
}
