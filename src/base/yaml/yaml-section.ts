import { isObject } from '../is-object.ts'
import { parseYamlSource } from './yaml-source.ts'

/**
 * One mapping of a long YAML text, by its key at the top; empty where there is none. Where it has lines of its own it is read alone:
 * the rest may be more than is read at once.
 */
export function yamlSection(text: string, name: string): { value: Record<string, unknown> } | { problem: string } {
  const lines = text.split('\n')
  const begin = lines.findIndex((line) => line.startsWith(`${name}:`))
  const length = lines.slice(begin + 1).findIndex((line) => /^[^\s#]/.test(line))
  const own = begin < 0 ? lines : lines.slice(begin, length < 0 ? undefined : begin + 1 + length)
  const { value, problems } = parseYamlSource(own.join('\n'))
  if (problems[0] !== undefined) return { problem: `${name}: ${problems[0].message}` }
  const section = isObject(value) ? value[name] : undefined
  return { value: isObject(section) ? section : {} }
}
