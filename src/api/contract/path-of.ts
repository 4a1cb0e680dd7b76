import { type EndpointName, endpoints } from './endpoints.ts'

/** The path of a call, from its route and its input. */

/** The path of a call: parameters filled in and escaped, the query appended. */
export function pathOf(name: EndpointName, { params = {}, query = {} }: PathInput = {}): string {
  const path = endpoints[name].path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''))
  const fields = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) fields.set(key, String(value))
  return fields.size === 0 ? path : `${path}?${fields}`
}

/** What is filled into a path, and what follows it after `?`. Fields of the query that are `undefined` are left out. */
export interface PathInput {
  params?: Readonly<Record<string, string>> | undefined
  query?: Readonly<Record<string, string | number | undefined>> | undefined
}
