import type { HttpServer } from '../../base/http/http-server.ts'
import { serviceErrors } from '../errors.ts'

/** Listens and returns the server's URL. @throws FD_SERVICE_PORT_TAKEN */
export async function listen(app: HttpServer, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    await app.close()
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error
    throw serviceErrors.error('FD_SERVICE_PORT_TAKEN', {
      where: `${host}:${port}`,
      message: code === 'EADDRINUSE' ? 'the port is in use' : `cannot listen there (${code})`,
      expected: 'a free port of this machine, from 1024 up',
      next: 'stop what listens there, or set PORT (and HOST)',
      cause: error,
    })
  }
}

/** How long requests that have arrived may take after `close`; less than the five seconds until a runtime kills. */
const DRAIN_MS = 3_000

/** A connection that is kept alive would hold the server open long after its last response. */
const IDLE_LOOK_MS = 20

/** Accepts nothing new and waits, bounded, for what has arrived. */
export async function drain(app: HttpServer): Promise<void> {
  const idle = setInterval(() => app.server.closeIdleConnections(), IDLE_LOOK_MS)
  const bound = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS)
  try {
    await app.close()
  } finally {
    clearInterval(idle)
    clearTimeout(bound)
  }
}
