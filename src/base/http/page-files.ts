import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

/** A file of a page that was built, with the headers of its answer. */
export interface PageFile {
  body: Buffer
  headers: Record<string, string>
}

/**
 * The files of a built page, held in memory by their path ("/index.html"), so that a request can only name one of them and never a path
 * of the disk; none when the page was not built. `images`: where pictures may come from besides the page's own server.
 */
export async function readPageFiles(
  folder: string,
  { images = '' }: { images?: '' | 'data:' } = {},
): Promise<Map<string, PageFile>> {
  const files = new Map<string, PageFile>()
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
        'content-security-policy': policy(images),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      },
    })
  }
  return files
}

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** All that a page may load comes from its own origin, and no text becomes script: not even one in a quote's name. */
function policy(images: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' ${images}`.trim(),
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
