import type { ComponentDefinition } from '../component.ts'
import { alertmanager } from './alertmanager.ts'
import { blackboxExporter } from './blackbox-exporter.ts'
import { grafana } from './grafana.ts'
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
  grafana,
} satisfies Record<string, ComponentDefinition>

export type ComponentName = keyof typeof components

export const componentNames = Object.keys(components) as ComponentName[]

/** Those the stack cannot do without. */
export const requiredComponents = componentNames.filter((name) => !definitionOf(name).optional)

/** The definition, typed with its optional parts. */
export function definitionOf(name: ComponentName): ComponentDefinition {
  return components[name]
}
