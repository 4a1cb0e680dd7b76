import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Static, Type } from '#typebox'
import { defined } from '../../base/defined.ts'
import type { FaultProxy } from '../fault-proxy.ts'
import type { Proxies } from '../proxies.ts'

/** Our own routes beside Toxiproxy's: what a proxy and its toxics have done. */

const Bytes = Type.Object({ receivedBytes: Type.Integer(), sentBytes: Type.Integer() })

/** GET /firedrill/proxies/NAME: figures that Toxiproxy's own bodies do not have. */
export const ProxyWatch = Type.Object({
  name: Type.String(),
  listen: Type.Object({ host: Type.String(), port: Type.Integer() }),
  enabled: Type.Boolean(),
  disabledForMs: Type.Optional(Type.Integer({ description: 'Until it is enabled again by itself' })),
  connections: Type.Integer({ description: 'Now' }),
  accepted: Type.Integer({ description: 'Connections so far' }),
  upstream: Bytes,
  downstream: Bytes,
  toxics: Type.Array(
    Type.Object({
      name: Type.String(),
      type: Type.String(),
      stream: Type.String(),
      ttlMs: Type.Optional(Type.Integer({ description: 'Until it is removed by itself' })),
      connections: Type.Integer({ description: 'Connections that it affects' }),
      newConnections: Type.Integer({ description: 'Of those, the ones opened since it was added' }),
      bytes: Type.Integer({ description: 'Bytes that have come to it' }),
    }),
  ),
})
export type ProxyWatch = Static<typeof ProxyWatch>

/** What a proxy and its toxics have done so far: it proves that a fault has landed. */
export function addWatchRoutes(app: FastifyInstance, proxies: Proxies): void {
  app.get('/firedrill/proxies/:proxy', async (request: FastifyRequest) =>
    watch(proxies.get((request.params as { proxy: string }).proxy)),
  )
}

function watch(proxy: FaultProxy): ProxyWatch {
  const { name, listen, isEnabled: enabled, disabledForMs, connections, accepted, flows } = proxy
  return {
    name,
    listen,
    enabled,
    ...defined({ disabledForMs }),
    connections,
    accepted,
    ...flows,
    toxics: proxy.toxics().map(({ name, type, stream, lease, connections, newConnections, bytes }) => {
      const ttlMs = lease.leftMs()
      return { name, type, stream, ...defined({ ttlMs }), connections, newConnections, bytes }
    }),
  }
}
