import { posix } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpServer } from '../../base/http/http-server.ts'

/**
 * Answers requests without a route as Toxiproxy's router does: a path that is not clean is redirected to the clean one (clients
 * with a base URL that ends in "/" ask for `//proxies`), a known path with another method is 405, the rest is 404 in plain text. To
 * be called before the routes are declared.
 */
export function answerUnmatched(app: HttpServer): void {
  const known = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = known.get(url) ?? new Set()
    for (const name of [method].flat()) methods.add(name)
    known.set(url, methods)
  })
  app.addHook('onRequest', async (request, reply) => {
    const params = Object.values((request.params ?? {}) as Record<string, string>)
    if (request.is404 || params.includes('')) return answer(request, reply)
  })

  function answer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const [path = '', query] = split(request.url)
    const clean = path.startsWith('/') ? posix.normalize(path) : path
    if (clean !== path) return reply.code(301).header('location', `${clean}${query}`).send()
    const methods = [...known].find(([url]) => matches(url, path))?.[1]
    if (methods !== undefined)
      return reply
        .code(405)
        .header('allow', [...methods].join(', '))
        .send()
    return reply
      .code(404)
      .headers({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
      .send('404 page not found\n')
  }
}

function split(url: string): [path: string, query: string] {
  const at = url.indexOf('?')
  return at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at)]
}

/** Whether a path matches a route's pattern, where ":name" stands for any part. */
function matches(route: string, path: string): boolean {
  const [wanted, given] = [route.split('/'), path.split('/')]
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith(':') ? given[index] !== '' : part === given[index]))
  )
}
