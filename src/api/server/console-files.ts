import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { packageFolder } from '../../base/files/package-folder.ts'
import { HttpError, type HttpServer } from '../../base/http/http-server.ts'
import { apiErrors } from '../errors.ts'

/** Serves the files of the console. */

/** All that the page may load comes from its own origin, and no text becomes script: not even one in a quote's name. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Where the build puts the console. */
export function consoleFolder(): string {
  return join(packageFolder(), 'dist', 'console')
}

interface ConsoleFile {
  body: Buffer
  headers: Record<string, string>
}

/** Serves the built console. Its few files are held in memory: a request can only name one of them, never a path. */
export async function addConsoleFiles(app: HttpServer, folder: string): Promise<void> {
  const files = await readConsole(folder)
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

/** Path → file; empty when the console was not built. */
async function readConsole(folder: string): Promise<Map<string, ConsoleFile>> {
  const files = new Map<string, ConsoleFile>()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const type = TYPES[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(folder, file).replaceAll(sep, '/')}`
    const body = await readFile(file)
    files.set(path, {
      body,
      headers: {
        'content-type': type,
        // Names below assets/ hold a hash of the content; the others must be asked for again.
        'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      },
    })
  }
  return files
}
