import { type ChildProcess, spawn } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import { makePrivateFolder, type PrivateFolder } from '../../base/files/private-folder.ts'
import { atExit } from '../../base/system/at-exit.ts'
import { diesWithParent } from '../../base/system/command.ts'
import { visibleLine } from '../../base/text/visible.ts'
import { type ClusterDoor, kubernetesErrors } from '../cluster.ts'
import { nextContext } from './known-contexts.ts'

/**
 * The way to a cluster that kubectl opens: `kubectl proxy`, a child of ours, at a socket in a folder of this user's own. So all of its
 * ways to sign in work, and no other user can use it. It is started when it is needed, again when it has ended, and ends with us.
 */
export class KubectlProxy implements ClusterDoor {
  readonly #context: string
  readonly #env: NodeJS.ProcessEnv
  #running: Promise<RunningProxy> | undefined
  #isClosed = false

  constructor(context: string, env: NodeJS.ProcessEnv) {
    this.#context = context
    this.#env = env
  }

  async connect(): Promise<Socket> {
    const proxy = await this.#start()
    try {
      return await opened(connect(proxy.socketPath))
    } catch {
      // It has ended at this moment.
      proxy.end()
      if (this.#running !== undefined && (await this.#running.catch(() => undefined)) === proxy)
        this.#running = undefined
      return opened(connect((await this.#start()).socketPath))
    }
  }

  /** kubectl answers only those who mean this machine. */
  async headers(): Promise<Readonly<Record<string, string>>> {
    return LOCAL
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true
    const proxy = await this.#running?.catch(() => undefined)
    proxy?.end()
  }

  #start(): Promise<RunningProxy> {
    if (this.#isClosed) {
      const message = 'the way to the cluster is closed'
      return Promise.reject(kubernetesErrors.error('FD_KUBERNETES_UNREACHABLE', { message, where: this.#context }))
    }
    this.#running ??= this.#startAnother()
    return this.#running
  }

  #startAnother(): Promise<RunningProxy> {
    // One that has ended must not make us forget the one that has been started since.
    const forget = () => {
      if (this.#running === started) this.#running = undefined
    }
    const started = startProxy(this.#context, this.#env, forget).catch((error: unknown) => {
      forget()
      throw error
    })
    return started
  }
}

const LOCAL = { host: 'localhost' }

/** kubectl may ask a sign-in plugin first. In milliseconds. */
const STARTS_WITHIN_MS = 20_000
/** Characters that are kept of what it prints. */
const KEPT = 2_000
/** Longest path of a socket, in bytes: unix(7). */
const LONGEST_PATH = 100
const SOCKET = 'api.sock'

interface RunningProxy {
  socketPath: string
  /** Ends it, and removes its folder. Safe to call twice. */
  end(): void
}

/** Resolves when it serves. `onEnd` is called when it has ended later on. */
async function startProxy(context: string, env: NodeJS.ProcessEnv, onEnd: () => void): Promise<RunningProxy> {
  const folder = socketFolder()
  const socketPath = join(folder.path, SOCKET)
  const args = [`--context=${context}`, 'proxy', `--unix-socket=${socketPath}`]
  const command = diesWithParent({ program: 'kubectl', args, env: {} })
  const child = spawn(command.program, command.args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const end = () => {
    forget()
    child.kill('SIGKILL')
    folder.remove()
  }
  // On systems that do not end a child with its parent.
  const forget = atExit(() => child.kill('SIGKILL'))
  child.once('exit', () => {
    end()
    onEnd()
  })
  try {
    await serving(child, context, env)
  } catch (error) {
    end()
    throw error
  }
  // It must not keep this process running.
  child.unref()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.resume()
    ;(stream as Socket | null)?.unref()
  }
  return { socketPath, end }
}

/** A new folder that only this user can enter. Below /tmp where the path of the socket would be too long otherwise. */
function socketFolder(): PrivateFolder {
  const folder = makePrivateFolder('kubectl')
  if (Buffer.byteLength(join(folder.path, SOCKET)) <= LONGEST_PATH) return folder
  folder.remove()
  return makePrivateFolder('kubectl', '/tmp')
}

function serving(child: ChildProcess, context: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const fail = (message: string, next?: string) => {
      clearTimeout(timer)
      reject(
        kubernetesErrors.error('FD_KUBERNETES_CLIENT', {
          message,
          where: `context ${context}`,
          ...(next === undefined ? {} : { next }),
        }),
      )
    }
    const timer = setTimeout(
      () => fail(`kubectl proxy does not serve within ${STARTS_WITHIN_MS / 1_000} s: ${lastLine(printed)}`),
      STARTS_WITHIN_MS,
    )
    const take = (text: string) => {
      printed = `${printed}${text}`.slice(-KEPT)
      if (!printed.includes('Starting to serve')) return
      clearTimeout(timer)
      resolve()
    }
    child.stdout?.setEncoding('utf8').on('data', take)
    child.stderr?.setEncoding('utf8').on('data', take)
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') fail(MISSING, NEXT)
      else fail(`kubectl cannot be started: ${messageOf(error)}`)
    })
    child.once('close', (code, signal) => {
      // setpriv reports with this code that there is no such program.
      if (code === 127 && !printed.includes('error:')) fail(MISSING, NEXT)
      else if (UNKNOWN.test(printed)) fail(lastLine(printed), nextContext(env))
      else fail(lastLine(printed) || `kubectl proxy ended with ${signal ?? `exit code ${code}`}`)
    })
  })
}

const UNKNOWN = /context .+ does not exist/
export const MISSING = 'there is no program kubectl'
const NEXT = 'install kubectl, and see that `kubectl get namespaces` works with this context'

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? ''
  return visibleLine(line.replace(/^error: /, ''))
}

function opened(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.removeListener('error', reject)
      resolve(socket)
    })
  })
}
