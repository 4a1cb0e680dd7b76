import { randomBytes } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { FiredrillError, messageOf } from '../../base/errors.ts'
import { answerText } from '../../base/http/answer-text.ts'
import { isObject } from '../../base/is-object.ts'
import { refusal } from '../api-errors.ts'
import { type ClusterDoor, type ContainerPlace, type ExecOptions, type Executed, kubernetesErrors } from '../cluster.ts'
import { KeptText } from '../kept-text.ts'
import { checkName, resourcePath } from '../paths.ts'
import { controlFrame, FrameReader } from './web-socket-frames.ts'

/**
 * Runs a program in a container over a WebSocket to the API server, in its protocol v4.channel.k8s.io: each message begins with the
 * number of its channel.
 * @throws FD_KUBERNETES_UNREACHABLE, FD_KUBERNETES_FORBIDDEN, FD_KUBERNETES_NOT_FOUND, FD_KUBERNETES_ANSWER
 */
export async function execInPod(
  door: ClusterDoor,
  { container, command, options: { timeoutMs = EXEC_MS } }: ExecRequest,
): Promise<Executed> {
  const { namespace, pod } = container
  const where = `exec in ${pod} of ${namespace}`
  const bound = AbortSignal.timeout(timeoutMs)
  let socket: Duplex | undefined
  try {
    const opened = await open(door, { path: pathOf(container, command), where, signal: bound })
    socket = opened.socket
    return await read(opened, where, bound)
  } catch (error) {
    if (error instanceof FiredrillError) throw error
    throw kubernetesErrors.error('FD_KUBERNETES_UNREACHABLE', {
      message: bound.aborted ? `it has not ended within ${timeoutMs / 1_000} s` : messageOf(error),
      where,
      cause: error,
    })
  } finally {
    socket?.destroy()
  }
}

interface ExecRequest {
  container: ContainerPlace
  command: readonly [string, ...string[]]
  options: ExecOptions
}

const EXEC_MS = 10_000
const PROTOCOL = 'v4.channel.k8s.io'
/** Of the protocol: the last one has how the program ended, as an object of the kind Status. */
const CHANNELS = { stdout: 1, stderr: 2, status: 3 } as const

function pathOf({ namespace, pod, container }: ContainerPlace, command: readonly string[]): string {
  const parameters: [string, string][] = [
    ...command.map((word): [string, string] => ['command', word]),
    ...(container === undefined ? [] : [['container', checkName(container)] satisfies [string, string]]),
    ['stdout', 'true'],
    ['stderr', 'true'],
  ]
  const path = resourcePath({ namespace, resource: 'pods', name: pod, subresource: 'exec' })
  return `${path}?${new URLSearchParams(parameters).toString()}`
}

interface Opened {
  socket: Duplex
  /** What has come with the answer. */
  head: Buffer
}

async function open(
  door: ClusterDoor,
  { path, where, signal }: { path: string; where: string; signal: AbortSignal },
): Promise<Opened> {
  const [headers, connection] = await Promise.all([door.headers(), door.connect()])
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: (): Socket => connection,
      path,
      signal,
      headers: {
        ...headers,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        'sec-websocket-protocol': PROTOCOL,
      },
    })
    asked.on('error', reject)
    asked.once('upgrade', (_: IncomingMessage, socket: Duplex, head: Buffer) => resolve({ socket, head }))
    asked.once('response', (response) => {
      answerText(response, MOST_REFUSAL_BYTES)
        .then((text) => reject(refusal({ status: response.statusCode ?? 0, text, where })), reject)
        .finally(() => connection.destroy())
    })
    asked.end()
  })
}

const MOST_REFUSAL_BYTES = 1024 ** 2

/** Resolves when the program has ended. */
function read({ socket, head }: Opened, where: string, signal: AbortSignal): Promise<Executed> {
  const [stdout, stderr] = [new KeptText(), new KeptText()]
  const frames = new FrameReader()
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer) => {
      try {
        for (const { kind, payload } of frames.push(chunk)) {
          if (kind === 'ping') socket.write(controlFrame('pong', payload, randomBytes(4)))
          if (kind === 'close') reject(new Error('the connection was closed before the program has ended'))
          if (kind !== 'data' || payload.length === 0) continue
          const [channel, text] = [payload.readUInt8(0), payload.subarray(1)]
          if (channel === CHANNELS.stdout) stdout.add(text)
          else if (channel === CHANNELS.stderr) stderr.add(text)
          else if (channel === CHANNELS.status) {
            const code = exitCodeOf(text.toString('utf8'), where)
            socket.end(controlFrame('close', Buffer.alloc(0), randomBytes(4)))
            resolve({ code, stdout: stdout.text(), stderr: stderr.text() })
          }
        }
      } catch (error) {
        reject(error instanceof Error ? error : new Error(messageOf(error)))
      }
    }
    socket.on('data', take)
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('the connection ended before the program')))
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    if (head.length > 0) take(head)
  })
}

/** @throws FD_KUBERNETES_ANSWER where the program could not be run, and Error for what is no status */
function exitCodeOf(text: string, where: string): number {
  const status: unknown = JSON.parse(text)
  if (!isObject(status)) throw new Error('the end of the program is not understood')
  if (status.status === 'Success') return 0
  const { causes } = isObject(status.details) ? status.details : {}
  const code = (Array.isArray(causes) ? (causes as unknown[]) : []).find(
    (cause) => isObject(cause) && cause.reason === 'ExitCode',
  )
  if (isObject(code) && /^\d+$/.test(String(code.message))) return Number(code.message)
  throw kubernetesErrors.error('FD_KUBERNETES_ANSWER', {
    message: typeof status.message === 'string' ? status.message.slice(0, 500) : 'the program could not be run',
    where,
  })
}
