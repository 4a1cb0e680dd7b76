import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { FiredrillError } from '../../base/errors.ts'
import { ownProgram } from '../../base/files/own-program.ts'
import { announcedOf } from '../../base/system/child-announced.ts'
import { failureOf } from '../../base/system/child-failure.ts'
import { pollFor } from '../../base/wait.ts'
import { establish } from '../../runtimes/native/establish.ts'
import { openLog } from '../../runtimes/native/process/log-file.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { ControlClient } from '../client/client.ts'
import type { StackView } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { findControl } from '../stack-files/control-file.ts'
import { stopStack } from './stop-stack.ts'

/** Starts a stack that outlives this process. */

const POLL_MS = 100

export interface DetachedOptions {
  profile: string
  /** Further options of `firedrill up`. */
  more?: readonly string[]
  signal: AbortSignal
  /** Called with what the control process prints, as it appears. */
  relay(text: string): void
}

/**
 * Starts a control process that outlives this one and resolves when its stack is up. What it prints goes to the control
 * log, and from there to `relay`. Aborting stops it again.
 * @throws the error with which the control process ended
 */
export async function startDetached(folder: StateFolder, options: DetachedOptions): Promise<StackView> {
  await establish(folder)
  await refuseSecondStack(folder)
  const control = await DetachedControl.start(folder, options)
  try {
    const look = async () => {
      await control.relay()
      return control.hasEnded ? control.fail() : control.stackThatIsUp()
    }
    const found = await pollFor(look, {
      until: (stack) => stack !== undefined,
      timeoutMs: Number.POSITIVE_INFINITY,
      intervalMs: POLL_MS,
      signal: options.signal,
    })
    if (found === undefined) throw new Error('the wait has no bound besides its signal')
    // It is up before it has said so: its last lines have the link to the console.
    await control.announced
    if (control.hasEnded) await control.fail()
    await control.relay()
    control.letGo()
    return found
  } catch (error) {
    if (!control.hasEnded) await stopStack(folder)
    await control.relay()
    throw error
  } finally {
    await control.close()
  }
}

/** @throws FD_STACK_UP */
async function refuseSecondStack(folder: StateFolder): Promise<void> {
  const existing = await findControl(folder)
  if (existing?.url === undefined) return
  throw apiErrors.error('FD_STACK_UP', {
    message: `a stack is up already at ${existing.url}`,
    where: folder.path,
    next: 'firedrill status to see it, firedrill down to stop it, --state FOLDER for a second stack',
  })
}

/** The control process that was started, with what it prints. */
class DetachedControl {
  readonly #folder: StateFolder
  readonly #child: ChildProcess
  readonly #reader: FileHandle
  readonly #relay: (text: string) => void
  readonly #failure: () => FiredrillError | undefined
  /** All of its start stands in the log. */
  readonly announced: Promise<void>
  /** How much of the log has been relayed, in bytes. */
  #position: number
  #ended: string | undefined

  static async start(folder: StateFolder, { profile, more = [], relay }: DetachedOptions): Promise<DetachedControl> {
    const path = folder.log('control')
    const log = openLog(path)
    const reader = await open(path, 'r')
    const { size } = await reader.stat()
    const [node, main] = ownProgram()
    const child = spawn(node, [main, 'up', '--state', folder.path, '--profile', profile, ...more], {
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    })
    closeSync(log)
    const control = new DetachedControl({ folder, child, reader, position: size, relay })
    await once(child, 'spawn')
    return control
  }

  private constructor(started: {
    folder: StateFolder
    child: ChildProcess
    reader: FileHandle
    position: number
    relay(text: string): void
  }) {
    this.#folder = started.folder
    this.#child = started.child
    this.#reader = started.reader
    this.#position = started.position
    this.#relay = started.relay
    this.#failure = failureOf(started.child)
    this.announced = announcedOf(started.child)
    // `close` comes after everything that the process printed or sent has arrived.
    started.child.once('close', (code, signal) => {
      this.#ended = signal === null ? `exit code ${code}` : `signal ${signal}`
    })
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined
  }

  /** Passes on what has been added to the log. Nothing after the failure: from then on its log repeats what this process prints. */
  async relay(): Promise<void> {
    if (this.#failure() !== undefined) return
    const { size } = await this.#reader.stat()
    const length = size - this.#position
    if (length <= 0) return
    const { buffer, bytesRead } = await this.#reader.read(Buffer.alloc(length), 0, length, this.#position)
    this.#position += bytesRead
    this.#relay(buffer.toString('utf8', 0, bytesRead))
  }

  /** @throws the reason for its end */
  async fail(): Promise<never> {
    await this.relay()
    throw (
      this.#failure() ??
      apiErrors.error('FD_STACK_STOPPED', {
        message: `the control process ended before the stack was up (${this.#ended})`,
        where: this.#folder.path,
        next: `what it printed is above and in ${this.#folder.log('control')}`,
      })
    )
  }

  async stackThatIsUp(): Promise<StackView | undefined> {
    const found = await findControl(this.#folder)
    if (found?.url === undefined || found.control.pid !== this.#child.pid) return undefined
    const stack = await new ControlClient(found.url).stack().catch(() => undefined)
    return stack?.state === 'up' ? stack : undefined
  }

  /** This process may end without it. */
  letGo(): void {
    this.#child.disconnect()
    this.#child.unref()
  }

  close(): Promise<void> {
    return this.#reader.close()
  }
}
