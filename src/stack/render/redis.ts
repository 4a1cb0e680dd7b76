import { createHash } from 'node:crypto'
import type { Context } from '../part.ts'

/** The user of Redis' exporter, who may not read keys: every client of the exporter can make it try. */
export const EXPORTER = 'exporter'

const ITS_COMMANDS = [
  'ping',
  'info',
  'config|get',
  'latency|latest',
  'latency|histogram',
  'slowlog|len',
  'slowlog|get',
  'client|setname',
]

/** redis.conf: a cache that never writes to disk and forgets the least used when full. */
export function renderRedis(context: Context): string {
  const { host, port } = context.listen()
  const digest = createHash('sha256').update(context.secret('exporters')).digest('hex')
  return `${[
    `bind ${host}`,
    `port ${port}`,
    `requirepass ${context.secret('redis')}`,
    `user ${EXPORTER} on #${digest} resetkeys resetchannels -@all ${ITS_COMMANDS.map((name) => `+${name}`).join(' ')}`,
    // Quoted: Redis takes a blank for the end of a value.
    `dir ${JSON.stringify(context.scratch('redis'))}`,
    'save ""',
    'appendonly no',
    'maxmemory 64mb',
    'maxmemory-policy allkeys-lru',
    'loglevel notice',
    // A process title would overwrite its environment, by which the next start recognises it as this stack's.
    'set-proc-title no',
  ].join('\n')}\n`
}
