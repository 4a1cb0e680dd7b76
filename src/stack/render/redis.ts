import type { Context } from '../part.ts'

/** redis.conf: a cache that never writes to disk and forgets the least used when full. */
export function renderRedis(context: Context): string {
  const { host, port } = context.listen()
  return `${[
    `bind ${host}`,
    `port ${port}`,
    `requirepass ${context.secret('redis')}`,
    `dir ${context.scratch('redis')}`,
    'save ""',
    'appendonly no',
    'maxmemory 64mb',
    'maxmemory-policy allkeys-lru',
    'loglevel notice',
    // Its title would be written over its environment, by which the next start knows whose it is.
    'set-proc-title no',
  ].join('\n')}\n`
}
