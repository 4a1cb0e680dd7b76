import { join } from 'node:path'
import type { FastifyReply } from 'fastify'
import { packageFolder } from '../files/package-folder.ts'
import { HttpError, type HttpServer, httpErrors } from '../http/http-server.ts'
import { type PageFile, readPageFiles } from '../http/page-files.ts'

/**
 * GET /docs: a page that reads /openapi.json and lets one try each operation. Its files are read with the first request for them.
 * `folder`: where the build has put it.
 */
export function addDocsPage(app: HttpServer, folder = join(packageFolder(), 'dist', 'docs')): void {
  let files: Promise<Map<string, PageFile>> | undefined
  const send = async (reply: FastifyReply, path: string) => {
    // Swagger UI's own style sheet has its icons in it.
    files ??= readPageFiles(folder, { images: 'data:' })
    const found = (await files).get(path)
    if (found !== undefined) return reply.headers(found.headers).send(found.body)
    if ((await files).size > 0) {
      throw new HttpError(404, httpErrors.error('FD_HTTP_NOT_FOUND', { message: `the page has no file ${path}` }))
    }
    files = undefined
    throw new HttpError(
      503,
      httpErrors.error('FD_HTTP_DOCS_NOT_BUILT', {
        message: 'the page is not built; GET /openapi.json has what it would show',
        next: 'npm run build',
      }),
    )
  }
  app.get('/docs', (_request, reply) => send(reply, '/index.html'))
  app.get<{ Params: { '*': string } }>('/docs/*', (request, reply) => send(reply, `/${request.params['*']}`))
}
