import { messageOf } from '../base/errors.ts'
import { readListenAddress } from '../base/http/listen-address.ts'
import { receiverErrors } from './errors.ts'
import { type Receiver, type ReceiverOptions, startReceiver } from './receiver.ts'
import { reachReceiver } from './remote-receiver.ts'

/** Opens the receiver of a run. */

/** Where notifications are received: an address to listen at, a URL, or both. */
export interface ReceiverPlace {
  /** `127.0.0.1:9199` */
  listen?: string
  /** By which senders reach it; without `listen`, that of a `firedrill receive` elsewhere. */
  url?: string
  /** Environment variable that holds its token. */
  tokenFrom: string
}

/**
 * The receiver of a run: it listens there until it is closed; where a `firedrill receive` listens already, that is asked instead.
 * @throws FD_RECEIVER_UNAVAILABLE, FD_RECEIVER_TOKEN
 */
export async function openReceiver(place: ReceiverPlace, env: NodeJS.ProcessEnv = process.env): Promise<Receiver> {
  const { listen, url = '' } = place
  const token = receiverToken(place.tokenFrom, env)
  if (listen === undefined) return reachReceiver(url, token)
  return (await listenAt(place, { token })) ?? reachReceiver(`http://${listen}`, token)
}

/** `undefined` where somebody listens there already. @throws FD_RECEIVER_UNAVAILABLE */
export async function listenAt(
  { listen = '', url }: Pick<ReceiverPlace, 'listen' | 'url'>,
  options: Pick<ReceiverOptions, 'token' | 'onNotices'>,
): Promise<Receiver | undefined> {
  const address = readListenAddress(listen)
  try {
    if (address === undefined) throw new Error('this is no address')
    return await startReceiver({ listen: address, url, ...options })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw receiverErrors.error('FD_RECEIVER_UNAVAILABLE', {
      message: `cannot listen: ${messageOf(cause)}`,
      where: listen,
      expected: 'a free port at an address of this machine: 127.0.0.1:9199',
      cause,
    })
  }
}

/** Shorter ones can be guessed. */
const LEAST_TOKEN = 16

/** @throws FD_RECEIVER_TOKEN */
export function receiverToken(variable: string, env: NodeJS.ProcessEnv): string {
  const token = env[variable]
  if (token !== undefined && token.length >= LEAST_TOKEN && /^[\w.~-]+$/.test(token)) return token
  throw receiverErrors.error('FD_RECEIVER_TOKEN', {
    message: 'the token with which notifications are sent is not there',
    where: variable,
    expected: `at least ${LEAST_TOKEN} letters and digits in this environment variable`,
    given: token === undefined ? 'it is not set' : `${token.length} characters`,
    next: `export ${variable}=$(openssl rand -hex 24), and the same in the configuration of Alertmanager`,
  })
}
