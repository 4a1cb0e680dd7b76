import type { Origin } from './origin.ts'
import type { RequestOptions } from './request-options.ts'

/** The text of a request, as it is sent. */

/** Text and bytes as they are, URLSearchParams as a form, everything else as JSON. */
export function contentOf(body: unknown): Content | undefined {
  if (body === undefined) return undefined
  if (typeof body === 'string') return { text: body, type: 'text/plain; charset=utf-8' }
  if (body instanceof Uint8Array) return { bytes: body, type: 'application/octet-stream' }
  if (body instanceof URLSearchParams) return { text: body.toString(), type: 'application/x-www-form-urlencoded' }
  return { text: JSON.stringify(body), type: 'application/json' }
}

/** Fills `:names` in a path, escaped. @throws TypeError for a name without a value: a mistake in the journey */
export function fillPath(pattern: string, params: RequestOptions['params']): string {
  if (params === undefined) return pattern
  return pattern.replace(/:([A-Za-z_]\w*)/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined) throw new TypeError(`no value for ":${name}" in the path ${pattern}`)
    return encodeURIComponent(value)
  })
}

/** Name of the endpoint that a path belongs to: without query, and without the origin if it has one. */
export function patternOf(path: string): string {
  const query = path.indexOf('?')
  const bare = query === -1 ? path : path.slice(0, query)
  return bare.startsWith('/') ? bare : bare.replace(/^\w+:\/\/[^/]+/, '') || '/'
}

/** The head of a request, up to and with the empty line, and the body behind it if it is text. */
export function requestText(options: {
  method: string
  origin: Origin
  /** Path with query, escaped. */
  target: string
  cookie: string | undefined
  headers: Readonly<Record<string, string>> | undefined
  content: Content | undefined
}): string {
  const { method, origin, target, cookie, headers, content } = options
  let text = `${method} ${target} HTTP/1.1\r\nhost: ${origin.authority}\r\nuser-agent: firedrill\r\naccept: */*\r\n`
  if (cookie !== undefined) text += `cookie: ${cookie}\r\n`
  let typed = false
  if (headers !== undefined) {
    for (const [name, value] of Object.entries(headers)) {
      if (/[^\t\x20-\x7e\x80-\xff]/.test(value) || /[^!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(name)) {
        throw new TypeError(`the header ${name} has characters that no header can have`)
      }
      if (/^content-type$/i.test(name)) typed = true
      text += `${name}: ${value}\r\n`
    }
  }
  if (content === undefined) {
    // Methods that may have a body state that there is none.
    if (method === 'POST' || method === 'PUT' || method === 'PATCH') text += 'content-length: 0\r\n'
    return `${text}\r\n`
  }
  if (!typed && content.type !== undefined) text += `content-type: ${content.type}\r\n`
  const length = content.bytes?.length ?? Buffer.byteLength(content.text ?? '')
  return `${text}content-length: ${length}\r\n\r\n${content.text ?? ''}`
}

/** A body as it is sent, with the type it has. */
export interface Content {
  text?: string
  bytes?: Uint8Array
  type?: string
}
