import { Agent, type IncomingMessage, request } from 'node:http'
import { messageOf } from '../../base/errors.ts'
import { answerLimits, answerText } from '../../base/http/answer-text.ts'
import type { ListenAddress } from '../../base/http/listen-address.ts'
import { loadErrors } from '../errors.ts'

/** The way to a worker: carries a message there and an answer back. */
export interface Carrier {
  /** Of the worker, for people. */
  readonly name: string
  /** @throws FD_LOAD_WORKER_UNREACHABLE, FD_LOAD_WORKER_ANSWER */
  send(message: unknown, timeoutMs: number): Promise<unknown>
  close(): Promise<void>
}

/** The way to a worker at an address, by HTTP. */
export function httpCarrier(name: string, { host, port }: ListenAddress): Carrier {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    name,
    async send(message, timeoutMs) {
      const text = await post({ host, port, agent, body: JSON.stringify(message), timeoutMs }).catch(
        (cause: unknown) => {
          throw loadErrors.error('FD_LOAD_WORKER_UNREACHABLE', {
            message: `the worker does not answer: ${messageOf(cause)}`,
            where: name,
            expected: 'a firedrill load worker that listens there',
            next: `on that machine: firedrill load worker --listen ADDRESS:${port}`,
            cause,
          })
        },
      )
      try {
        return JSON.parse(text) as unknown
      } catch (cause) {
        throw notAWorker(name, cause)
      }
    },
    close: async () => agent.destroy(),
  }
}

export function notAWorker(name: string, cause?: unknown) {
  return loadErrors.error('FD_LOAD_WORKER_ANSWER', {
    message: 'what answers there is no worker of firedrill load',
    where: name,
    expected: 'the address at which a firedrill load worker listens',
    ...(cause === undefined ? {} : { cause }),
  })
}

interface Post {
  host: string
  port: number
  agent: Agent
  body: string
  timeoutMs: number
}

/** Resolves with the text of the answer, whatever its status. */
async function post({ host, port, agent, body, timeoutMs }: Post): Promise<string> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ host, port, agent, method: 'POST', path: '/', headers, signal }, resolve).on('error', reject).end(body)
    })
    return await answerText(answer as AsyncIterable<Uint8Array>, answerLimits.own)
  } catch (error) {
    throw signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error
  }
}
