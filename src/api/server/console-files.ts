import { join } from 'node:path'
import { packageFolder } from '../../base/files/package-folder.ts'
import { HttpError, type HttpServer } from '../../base/http/http-server.ts'
import { readPageFiles } from '../../base/http/page-files.ts'
import { apiErrors } from '../errors.ts'

/** Serves the files of the console. */

/** Where the build puts the console. */
export function consoleFolder(): string {
  return join(packageFolder(), 'dist', 'console')
}

/** Serves the built console. */
export async function addConsoleFiles(app: HttpServer, folder: string): Promise<void> {
  const files = await readPageFiles(folder)
  const index = files.get('/index.html')
  app.get('/', async (request, reply) => {
    if (index === undefined) {
      throw new HttpError(
        503,
        apiErrors.error('FD_CONSOLE_NOT_BUILT', { message: 'the console is not built', next: 'npm run build' }),
      )
    }
    if (request.headers['if-none-match'] === index.headers.etag) return reply.code(304).headers(index.headers).send()
    return reply.headers(index.headers).send(index.body)
  })
  for (const [path, { headers, body }] of files) {
    if (path !== '/index.html') app.get(path, async (_request, reply) => reply.headers(headers).send(body))
  }
}
