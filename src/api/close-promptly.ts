import type { HttpServer } from '../base/http-server.ts'

/** What is being answered when the server closes gets this long. */
const GRACE_MS = 500

/**
 * Keeps browsers from holding up `close`: they open connections before they need them, and a connection that has not sent
 * its first request is not idle for Node, which would wait a minute for it.
 */
export function closePromptly(app: HttpServer): void {
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), GRACE_MS).unref()
  })
}
