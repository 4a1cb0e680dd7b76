import { promDuration } from '../../base/units/duration.ts'
import type { ConfigFile, Context } from '../part.ts'
import type { Timing } from '../profile.ts'
import type { StackSettings } from '../settings.ts'

/** Samples that are sent on. */

const SECRET = 'secrets/remote-write'

/** How long Prometheus collects samples before it sends them, by default, in milliseconds. */
const DEFAULT_DEADLINE_MS = 5_000

/** The part of prometheus.yml that sends every sample on to a store elsewhere. Empty where none is set. */
export function remoteWriteConfig({ remoteWrite }: StackSettings, { scrapeMs }: Timing, context: Context): object {
  if (remoteWrite === undefined) return {}
  const { url, headers, login } = remoteWrite
  // A reader there is behind by this.
  const queue_config = { batch_send_deadline: promDuration(Math.min(DEFAULT_DEADLINE_MS, scrapeMs)) }
  return { remote_write: [{ url, ...(headers && { headers }), ...loginOf(login, context), queue_config }] }
}

/** Its token or password in a file, so that prometheus.yml holds none. */
export function remoteWriteFiles({ remoteWrite }: StackSettings): ConfigFile[] {
  const { login } = remoteWrite ?? {}
  if (login === undefined) return []
  return [{ name: SECRET, part: 'prometheus', secret: true, render: () => login.secret }]
}

type Login = NonNullable<StackSettings['remoteWrite']>['login']

function loginOf(login: Login, context: Context): object {
  if (login === undefined) return {}
  const file = context.file(SECRET)
  if (login.username === undefined) return { authorization: { type: 'Bearer', credentials_file: file } }
  return { basic_auth: { username: login.username, password_file: file } }
}
