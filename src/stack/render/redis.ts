import { createHash } from 'node:crypto'
import type { Context } from '../part.ts'

/** Who Redis' exporter is: whoever reaches the exporter can have it look into keys, which this user may not. */
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
    // Its title would be written over its environment, by which the next start knows whose it is.
    'set-proc-title no',
  ].join('\n')}\n`
}
