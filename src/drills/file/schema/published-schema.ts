import type { TSchema } from '#typebox'
import { defined } from '../../../base/defined.ts'
import { isObject } from '../../../base/is-object.ts'
import { drillSchema } from './drill-schema.ts'

/** The form of a drill for editors: units as patterns, and `${name}` of a parameter wherever a value may stand. */
export function publishedDrillSchema(): object {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...(publish(drillSchema) as Node) }
}

/** How texts that have a format of our own look to an editor, which does not know that format. */
const PATTERNS: Readonly<Record<string, string>> = {
  duration: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$',
  comparison: '^\\s*(==|!=|>=|<=|>|<)\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\s*$',
  ratio: '^[0-9]+(\\.[0-9]+)?%$',
  'json-path': '^\\$',
}
const PLACEHOLDER = '\\$\\{[A-Za-z][A-Za-z0-9_-]*\\}'

type Node = Record<string, unknown>

function publish(schema: TSchema | unknown): unknown {
  if (Array.isArray(schema)) return schema.map(publish)
  if (typeof schema !== 'object' || schema === null) return schema
  const node = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, publish(value)])) as Node
  // The declarations of parameters are not filled in.
  if (node.type === 'object' && isObject(node.properties) && 'parameters' in node.properties) {
    node.properties.parameters = plain((schema as { properties: Node }).properties.parameters)
  }
  if (node.type === 'string') return publishText(node)
  if (node.type === 'integer' || node.type === 'number') {
    const { description, ...rest } = node
    const text = { type: 'string', pattern: `^${PLACEHOLDER}$` }
    return { anyOf: [rest, text], ...defined({ description }) }
  }
  return node
}

function publishText({ format, pattern, refersTo: _, ...node }: Node): Node {
  const own = typeof pattern === 'string' ? pattern : PATTERNS[String(format)]
  if (own !== undefined) return { ...node, pattern: `(${own})|${PLACEHOLDER}` }
  return format === undefined ? node : { ...node, format }
}

function plain(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema))
}
