import { createHash } from 'node:crypto'
import { connect, createServer, type Server } from 'node:net'
import { visibleLine } from '../base/text/visible.ts'
import type { Holder, TurnPlace } from '../base/turn.ts'
import type { ForeignSystem } from './file/foreign-system.ts'

/** Bounds of what is said at the name: milliseconds, and characters. */
const ANSWER_MS = 1_000
const LONGEST_ANSWER = 4_096
/** Who asks at the same time. */
const MOST_ASKING = 16

/**
 * Turns on a system that is not ours. Runs disturb each other through the monitoring that they read, whichever description, state
 * folder or user they come from; so its address is whose turn it is. The turn is a name of the kernel's (Linux' abstract sockets):
 * it belongs to one process, ends with it and leaves nothing; whoever connects is told who has it. Elsewhere every turn is given.
 */
export function systemTurn({ prometheus }: Pick<ForeignSystem, 'prometheus'>): TurnPlace {
  const hash = createHash('sha256').update(canonical(prometheus.url)).digest('hex').slice(0, 32)
  return turnSocket(`\0firedrill-run-${hash}`)
}

/** The same at any name. */
export function turnSocket(path: string): TurnPlace {
  return {
    take: async (own) => {
      if (process.platform !== 'linux') return { turn: { end: async () => undefined } }
      const server = await listen(path, own)
      if (server === undefined) return { holder: await ask(path) }
      return {
        turn: {
          end: () => new Promise((resolve) => server.close(() => resolve())),
        },
      }
    },
  }
}

/** One Prometheus is one, however its loopback address is written. */
function canonical(address: string): string {
  const url = new URL(address)
  if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)) url.hostname = 'localhost'
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`
}

/** `undefined` when the name is taken. */
function listen(path: string, own: Holder): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      // Whoever asks, and never lets go, must not hold up the end of the run.
      socket.unref()
      socket.end(JSON.stringify(own), () => socket.destroy())
    })
    server.maxConnections = MOST_ASKING
    // A connection that cannot be accepted is no reason to end; before it listens, it says why not.
    server.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen({ path }, () => {
      // It holds the name, not the process.
      server.unref()
      resolve(server)
    })
  })
}

/** Who has the name; `undefined` when it does not say so in time, or is gone. */
function ask(path: string): Promise<Holder | undefined> {
  return new Promise((resolve) => {
    let said = ''
    const socket = connect({ path })
    const timer = setTimeout(() => socket.destroy(), ANSWER_MS)
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      said += text
      if (said.length > LONGEST_ANSWER) socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(parse(said))
    })
  })
}

function parse(text: string): Holder | undefined {
  try {
    const { name, pid, sinceMs } = JSON.parse(text) as Partial<Holder>
    if (typeof name !== 'string' || !Number.isSafeInteger(pid) || typeof sinceMs !== 'number') return undefined
    return { name: visibleLine(name), pid: pid ?? 0, sinceMs }
  } catch {
    return undefined
  }
}
