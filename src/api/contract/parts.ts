import { type Static, type TSchema, Type } from '#typebox'
import type { Link } from '../../stack/links.ts'

/** Schemas of how the parts of a stack are linked, and of what they use. */

const LinkView = Type.Object({
  from: Type.String({ description: 'A part' }),
  to: Type.String({ description: 'A part, or control' }),
  kind: Type.String({ description: 'calls, alerts, scrapes, probes or controls' }),
  listener: Type.Optional(
    Type.String({ description: 'Which of its listeners is asked: at the proxy, the store that it leads to' }),
  ),
})

/** Who asks whom, and what the runtime can do. It stays the same for as long as the stack is up. */
export const TopologyView = Type.Object({
  capabilities: Type.Object({ canKill: Type.Boolean(), canPause: Type.Boolean(), canScale: Type.Boolean() }),
  links: Type.Array(Type.Unsafe<Link>(LinkView)),
})
export type TopologyView = Static<typeof TopologyView>

/** null where it is not known. */
function orUnknown<T extends TSchema>(schema: T) {
  return Type.Union([Type.Null(), schema])
}

/** What each replica uses now, with all processes that it has started. At most a second old. */
export const UsageView = Type.Object({
  atMs: Type.Number({ description: 'Epoch milliseconds' }),
  machine: Type.Union([
    Type.Null({ description: 'Where the stack does not run as processes of this machine' }),
    Type.Object({
      cores: Type.Integer(),
      busyCores: Type.Number({ description: 'CPU time of all programs on the machine, in cores' }),
      memoryBytes: Type.Number(),
      freeBytes: Type.Number({ description: 'Memory that programs can still take' }),
    }),
  ]),
  replicas: Type.Array(
    Type.Object({
      service: Type.String({ description: 'A part, or control' }),
      replica: Type.String(),
      cpuCores: orUnknown(Type.Number({ description: 'CPU seconds a second' })),
      memoryBytes: orUnknown(Type.Number({ description: 'Resident memory' })),
      up: orUnknown(Type.Boolean({ description: 'Whether the last scrape worked; null where nothing is scraped' })),
    }),
  ),
  problems: Type.Array(Type.String(), { description: 'Which sources did not answer, and why' }),
})
export type UsageView = Static<typeof UsageView>
