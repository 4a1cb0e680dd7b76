import { stackErrors } from './errors.ts'
import { basicAuthorization } from './password.ts'

/** A store of samples that is not part of the stack. */
export interface RemoteStore {
  readonly url: string
  /** A password where there is a user, else a token. */
  readonly login?: { readonly username?: string; readonly secret: string }
  /** Of each request; no secrets. `X-Scope-OrgID` of a tenant. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Reads a text by its name after FIREDRILL_; an empty one is as good as missing. */
export type Read = (name: string) => string | undefined

/** Reads FIREDRILL_(name)_URL, _TOKEN, _USERNAME, _PASSWORD and _HEADERS. `undefined` while no URL is set. No problem quotes a secret. */
export function readRemoteStore(
  name: 'REMOTE_WRITE' | 'METRICS',
  text: Read,
  problems: string[],
): RemoteStore | undefined {
  const prefix = `FIREDRILL_${name}`
  const of = (part: string) => text(`${name}_${part}`)
  const url = of('URL')
  const given = ['TOKEN', 'USERNAME', 'PASSWORD', 'HEADERS'].find((part) => of(part) !== undefined)
  if (url === undefined) {
    if (given !== undefined) problems.push(`${prefix}_${given} needs ${prefix}_URL`)
    return undefined
  }
  const [token, username, password] = [of('TOKEN'), of('USERNAME'), of('PASSWORD')]
  const { protocol = '', username: inUrl = '' } = URL.canParse(url) ? new URL(url) : {}
  if (!/^https?:$/.test(protocol)) problems.push(`${prefix}_URL must be a URL with http or https`)
  if (inUrl !== '') problems.push(`${prefix}_URL must hold no user: set ${prefix}_USERNAME`)
  if ((username === undefined) !== (password === undefined)) {
    problems.push(`${prefix}_USERNAME and ${prefix}_PASSWORD go together`)
  }
  if (token !== undefined && username !== undefined) {
    problems.push(`${prefix}_TOKEN and ${prefix}_USERNAME exclude each other`)
  }
  for (const [part, secret] of Object.entries({ TOKEN: token, PASSWORD: password })) {
    if (secret !== undefined && !IN_HEADER.test(secret)) problems.push(`${prefix}_${part} must be one line of text`)
  }
  const secret = token ?? password
  const login = secret === undefined ? undefined : { secret, ...(username !== undefined && { username }) }
  const headers = readHeaders(of('HEADERS'), `${prefix}_HEADERS`, problems)
  return { url, ...(login && { login }), ...(headers && { headers }) }
}

/**
 * The store that drills and the console read samples from, in place of the stack's own Prometheus: FIREDRILL_METRICS_URL and so on.
 * @throws FD_STACK_SETTINGS with all problems
 */
export function readMetricsStore(env: NodeJS.ProcessEnv): RemoteStore | undefined {
  const problems: string[] = []
  const store = readRemoteStore('METRICS', (name) => env[`FIREDRILL_${name}`]?.trim() || undefined, problems)
  if (problems.length === 0) return store
  throw stackErrors.error('FD_STACK_SETTINGS', {
    where: 'environment',
    message: problems.join('; '),
    next: 'docs/environment.md lists the settings',
  })
}

/** How a probe asks the store. */
export function storeAccess({ url, login, headers }: RemoteStore): StoreRequest {
  if (login === undefined) return { url, ...(headers && { headers }) }
  const { username, secret } = login
  const authorization = username === undefined ? `Bearer ${secret}` : basicAuthorization(secret, username)
  return { url, authorization, ...(headers && { headers }) }
}

interface StoreRequest {
  url: string
  /** Value of the header Authorization. */
  authorization?: string
  headers?: Readonly<Record<string, string>>
}

/** What HTTP allows in a header. */
const IN_HEADER = /^[\x20-\x7e\x80-\xff]+$/

/** `X-Scope-OrgID=team-1,X-Other=2`, as OpenTelemetry's exporters have it. */
function readHeaders(text: string | undefined, name: string, problems: string[]): Record<string, string> | undefined {
  if (text === undefined) return undefined
  const pairs = text.split(',').map((pair) => /^\s*([A-Za-z0-9!#$%&'*+.^_`|~-]{1,100})\s*=\s*(.*\S)\s*$/.exec(pair))
  if (pairs.some((pair) => pair === null || !IN_HEADER.test(pair[2] ?? ''))) {
    problems.push(`${name} must be like "X-Scope-OrgID=team-1", several separated by commas`)
    return undefined
  }
  const headers = Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']))
  const login = Object.keys(headers).find((header) => header.toLowerCase() === 'authorization')
  if (login !== undefined) problems.push(`${name} must hold no login: set a token, or a user and a password`)
  return headers
}
