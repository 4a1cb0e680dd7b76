import { Ajv } from 'ajv'
import { type TObject, type TProperties, Type } from '#typebox'
import { defined } from '../../../base/defined.ts'
import { strictRecord } from '../../../base/schema/strict-record.ts'
import { readCanonicalJson } from './canonical-json.ts'
import { eventsOf, ofProject } from './engine.ts'

/** Why a request is refused. */
export class Refusal extends Error {
  readonly status: number

  constructor(why: string, status = 403) {
    super(why)
    this.status = status
  }
}

/** One form that a request may have. The request to the engine is built from it; no text of the client is passed on. */
interface Form {
  method: 'GET' | 'POST' | 'DELETE'
  /** `{id}` stands for the name or id of a container. */
  path: string
  query: TObject
  /** Absent where there is none. No body of a client ever goes to the engine. */
  body?: TObject
}

const ID = '([A-Za-z0-9][A-Za-z0-9_.-]{0,127})'
/** Far above any number of replicas. */
const MAX_NUMBER = 99
/**
 * Values without control characters and halves of surrogate pairs, which no two programs read alike, and without a placeholder
 * for a secret, which the service would fill in.
 */
const SETTINGS = strictRecord(Type.String({ maxLength: 4_096, pattern: '^(?![^]*\\{\\{)[^\\p{Cc}\\p{Cs}]*$' }), {
  keys: '^[A-Z][A-Z0-9_]{0,99}$',
  maxProperties: 100,
})

function form(method: Form['method'], path: string, query: TProperties = {}): Form {
  return { method, path, query: exact(query) }
}

function exact(properties: TProperties): TObject {
  return Type.Object(properties, { additionalProperties: false })
}

/** Every request that is let through for a project. All others are refused. */
const formsOf = (project: string): Record<string, Form> => {
  const yes = Type.Literal('1')
  return {
    ping: form('GET', '/_ping'),
    list: form('GET', '/containers/json', { all: yes, filters: Type.Literal(ofProject(project)) }),
    events: form('GET', '/events', { filters: Type.Literal(eventsOf(project)) }),
    inspect: form('GET', '/containers/{id}/json'),
    logs: form('GET', '/containers/{id}/logs', {
      stdout: yes,
      stderr: yes,
      tail: Type.String({ pattern: '^[1-9][0-9]{0,5}$' }),
    }),
    start: form('POST', '/containers/{id}/start'),
    kill: form('POST', '/containers/{id}/kill', { signal: Type.String({ pattern: '^SIG[A-Z0-9]{2,8}$' }) }),
    pause: form('POST', '/containers/{id}/pause'),
    unpause: form('POST', '/containers/{id}/unpause'),
    wait: form('POST', '/containers/{id}/wait'),
    remove: form('DELETE', '/containers/{id}', { force: yes, v: yes }),
    // Not requests of the engine: the proxy carries these out itself, from what the engine knows of the container.
    copy: {
      ...form('POST', '/copy/{id}'),
      body: exact({ number: Type.Integer({ minimum: 1, maximum: MAX_NUMBER }), settings: SETTINGS }),
    },
    replace: { ...form('POST', '/replace/{id}'), body: exact({ settings: SETTINGS }) },
  }
}

type Settings = Record<string, string>

/** What a request asks, checked. `path` is where it goes, with `{id}` for the container. */
export type Asked =
  | { kind: 'pass'; method: Form['method']; path: string; id?: string }
  | { kind: 'copy'; id: string; number: number; settings: Settings }
  | { kind: 'replace'; id: string; settings: Settings }

/** Reads requests about the containers of one project. @throws Refusal */
export function createReader(project: string): (method: string, target: string, body: Buffer) => Asked {
  const ajv = new Ajv({ strict: false, logger: false })
  const forms = Object.entries(formsOf(project)).map(([name, { method, path, query, body }]) => ({
    name,
    method,
    path,
    matches: new RegExp(`^${path.replace('{id}', ID)}$`),
    query: ajv.compile<Settings>(query),
    body: body === undefined ? undefined : ajv.compile<{ number?: number; settings: Settings }>(body),
    parameters: Object.keys(query.properties),
  }))
  return (method, target, bytes) => {
    const at = target.indexOf('?')
    const path = at === -1 ? target : target.slice(0, at)
    const found = forms.find((one) => one.method === method && one.matches.test(path))
    if (found === undefined) throw new Refusal('this proxy does not let that through')
    const query = readQuery(at === -1 ? '' : target.slice(at + 1))
    if (!found.query(query))
      throw new Refusal(`the query may only be ${found.parameters.join(', ') || 'empty'}, as control sends it`)
    const id = found.matches.exec(path)?.[1]
    if (found.body === undefined) {
      if (bytes.length > 0) throw new Refusal('that takes no body')
      const onward = found.parameters.map((name) => `${name}=${encodeURIComponent(query[name] ?? '')}`).join('&')
      return {
        kind: 'pass',
        method: found.method,
        path: onward === '' ? found.path : `${found.path}?${onward}`,
        ...defined({ id }),
      }
    }
    const body = readCanonicalJson(bytes)
    if (!found.body(body)) throw new Refusal('the body does not have the form that control sends')
    const { number, settings } = body
    if (number === undefined) return { kind: 'replace', id: id ?? '', settings }
    return { kind: 'copy', id: id ?? '', number, settings }
  }
}

/** Each parameter once. */
function readQuery(text: string): Record<string, string> {
  const entries = [...new URLSearchParams(text)]
  if (new Set(entries.map(([name]) => name)).size < entries.length) throw new Refusal('a parameter is given twice')
  return Object.fromEntries(entries)
}
