import type { HttpServer } from '../../base/http/http-server.ts'

/** How the control server ends its connections. */

/** What is being answered when the server closes gets this long. */
const GRACE_MS = 500

/** Keeps streams and slow readers from holding up `close`. */
export function closePromptly(app: HttpServer): void {
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), GRACE_MS).unref()
  })
}
