import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from '../../base/http/http-server.ts'
import { addConsoleFiles } from './console-files.ts'

let folder: string
let app: HttpServer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-console-'))
  app = createHttpServer({ logger: pino({ level: 'silent' }) })
})
afterEach(async () => {
  await app.close()
  await rm(folder, { recursive: true })
})
const serve = async () => {
  await addConsoleFiles(app, folder)
  return app.listen({ host: '127.0.0.1', port: 0 })
}
const build = async () => {
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  await writeFile(join(folder, 'assets', 'index-abc123.js'), 'export {}')
  await writeFile(join(folder, 'secret.json'), '{}')
}

describe('the console over HTTP', () => {
  it('is a page that runs no script and loads nothing but its own', async () => {
    await build()
    const response = await fetch(await serve())
    expect(await response.text()).toBe('<!doctype html>')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('lets hashed files be kept for good and the page be asked for again', async () => {
    await build()
    const url = await serve()
    const script = await fetch(`${url}/assets/index-abc123.js`)
    expect(script.headers.get('content-type')).toContain('text/javascript')
    expect(script.headers.get('cache-control')).toContain('immutable')
    const page = await fetch(url)
    expect(page.headers.get('cache-control')).toBe('no-cache')
    const again = await fetch(url, { headers: { 'if-none-match': page.headers.get('etag') ?? '' } })
    expect(again.status).toBe(304)
  })

  it.each(['/secret.json', '/../package.json', '/assets/', '/assets/..%2f..%2fpackage.json'])(
    'knows nothing of %s',
    async (path) => {
      await build()
      expect((await fetch((await serve()) + path)).status).toBe(404)
    },
  )

  it('says how to build it when it was not built', async () => {
    const response = await fetch(await serve())
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'FD_CONSOLE_NOT_BUILT', next: 'npm run build' })
  })
})
