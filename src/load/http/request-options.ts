/** How a journey's request differs from a plain one. */
export interface RequestOptions {
  /** Values for the `:names` in the path: `get('/items/:key', { params: { key } })` counts as one endpoint for all keys. */
  params?: Readonly<Record<string, string | number>>
  /** Name of the endpoint in the figures. Default: the path as given, without its query. */
  name?: string
  headers?: Readonly<Record<string, string>>
  /** Text and bytes are sent as they are, URLSearchParams as a form, everything else as JSON. */
  body?: unknown
  /** Statuses that count as success beyond 2xx. */
  ok?: readonly number[]
  /** Bound of this request, in milliseconds. Default: that of the run. */
  timeoutMs?: number
  /** Whether redirects are followed, up to ten; their time counts with the request's. Default true. */
  redirects?: boolean
  /** False for what users would not do, such as cleaning up: it is in no figure. Default true. */
  record?: boolean
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
