import { createHash } from 'node:crypto'
import { connect, createServer, type Server } from 'node:net'
import { visibleLine } from '../base/text/visible.ts'
import type { Holder, Turn, TurnPlace } from '../base/turn.ts'
import type { ForeignSystem } from './file/foreign-system.ts'

/** Whose turn it is on a foreign system: one run at a time, on one machine. */

/** Bounds of an answer at the socket: milliseconds, and characters. */
const ANSWER_MS = 1_000
const LONGEST_ANSWER = 4_096
/** Connections at the same time. */
const MOST_ASKING = 16

/**
 * Turns on a system that is not ours. Runs disturb each other through the monitoring that they read, also when their descriptions,
 * state folders or users differ; so turns belong to its address, and where several replicas are named, to each of theirs. A turn is a
 * name in the kernel (Linux' abstract sockets): one process holds it, it ends with the process and leaves nothing behind, and it
 * answers connections with the holder's name. On other systems every turn is given.
 */
export function systemTurn({ prometheus }: Pick<ForeignSystem, 'prometheus'>): TurnPlace {
  const { url, replicas = [], rules = [] } = prometheus
  // In one order, so that two runs do not each hold what the other waits for.
  const addresses = [...new Set([url, ...replicas, ...rules].map(canonical))].sort()
  return everyTurn(addresses.map((address) => turnSocket(`\0firedrill-run-${hashOf(address)}`)))
}

/** All of several turns, or none. */
export function everyTurn(places: readonly TurnPlace[]): TurnPlace {
  return {
    take: async (own) => {
      const turns: Turn[] = []
      const end = async () => {
        for (const turn of turns) await turn.end()
      }
      for (const place of places) {
        const taken = await place.take(own)
        if ('holder' in taken) {
          await end()
          return taken
        }
        turns.push(taken.turn)
      }
      return { turn: { end } }
    },
  }
}

function hashOf(address: string): string {
  return createHash('sha256').update(address).digest('hex').slice(0, 32)
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
      // A client that never disconnects must not delay the end of the run.
      socket.unref()
      socket.end(JSON.stringify(own), () => socket.destroy())
    })
    server.maxConnections = MOST_ASKING
    // A connection that cannot be accepted does not end the server; before it listens, an error says why it cannot.
    server.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen({ path }, () => {
      // The server holds the name, but does not keep this process running.
      server.unref()
      resolve(server)
    })
  })
}

/** The holder of the name; `undefined` when it does not answer in time, or is gone. */
function ask(path: string): Promise<Holder | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect({ path })
    const timer = setTimeout(() => socket.destroy(), ANSWER_MS)
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      answer += text
      if (answer.length > LONGEST_ANSWER) socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(parse(answer))
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
