import { alertmanager } from './alertmanager.ts'
import { blackboxExporter } from './blackbox-exporter.ts'
import type { ComponentDefinition } from './component.ts'
import { nodeExporter } from './node-exporter.ts'
import { postgres } from './postgres.ts'
import { postgresExporter } from './postgres-exporter.ts'
import { prometheus } from './prometheus.ts'
import { redis } from './redis.ts'
import { redisExporter } from './redis-exporter.ts'

/** The real programs that the native runtime runs beside Firedrill's own services. */
export const components = {
  prometheus,
  alertmanager,
  'node-exporter': nodeExporter,
  'blackbox-exporter': blackboxExporter,
  'postgres-exporter': postgresExporter,
  'redis-exporter': redisExporter,
  redis,
  postgres,
} satisfies Record<string, ComponentDefinition>

export type ComponentName = keyof typeof components

export const componentNames = Object.keys(components) as ComponentName[]

/** The definition, typed with its optional parts. */
export function definitionOf(name: ComponentName): ComponentDefinition {
  return components[name]
}
