import { isIPv4 } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { bearerAuth, HttpError } from '../../../base/http/http-server.ts'
import type { Access } from '../../contract/endpoints.ts'
import { apiErrors } from '../../errors.ts'
import type { Session, Sessions } from './sessions.ts'

/** In whose name a request of a route acts. @throws HttpError 401, 403 where it may not be called */
export class Callers {
  readonly #sessions: Sessions
  readonly #readers: 'everyone' | 'local'
  readonly #either: (request: FastifyRequest) => Caller
  readonly #operator: (request: FastifyRequest) => Caller

  constructor({ tokens, sessions, readers = 'everyone' }: CallersOptions) {
    this.#sessions = sessions
    this.#readers = readers
    this.#either = bearerAuth(tokens)
    this.#operator = bearerAuth({ operator: tokens.operator })
  }

  of(access: Access, request: FastifyRequest): Caller {
    if (access === 'public') return 'operator'
    if (access === 'anyone') return this.#reader(request)
    if (access === 'session') {
      if (this.#sessions.of(request) === undefined) throw unknownSession()
      return 'operator'
    }
    const withToken = access === 'repair' ? this.#either : this.#operator
    if (access === 'token' || request.headers.authorization !== undefined) return withToken(request)
    const session = this.#sessions.of(request)
    if (session !== undefined) return actWith(session, request)
    // A browser that has been here before reads what helps there; all else reads of the token.
    if (request.headers.cookie?.includes(`${this.#sessions.cookieName}=`)) throw unknownSession()
    return withToken(request)
  }

  #reader(request: FastifyRequest): Caller {
    if (this.#readers === 'everyone' || isLocal(request.socket.remoteAddress)) return 'operator'
    if (request.headers.authorization !== undefined) return this.#either(request)
    if (this.#sessions.ofCookie(request) === undefined) throw unknownSession()
    return 'operator'
  }
}

export type Caller = 'operator' | 'responder'

export interface CallersOptions {
  /** Whose token acts in whose name. */
  tokens: { operator: string; responder: string }
  sessions: Sessions
  /** Who may read without a session: `everyone` who can connect, or only clients on this machine. Default: everyone. */
  readers?: 'everyone' | 'local'
}

function actWith({ readOnly }: Session, { method }: FastifyRequest): Caller {
  if (!readOnly || method === 'GET') return 'operator'
  throw new HttpError(
    403,
    apiErrors.error('FD_SESSION_READ_ONLY', {
      message: 'this session is read-only',
      expected: 'a session that may change the system',
      next: 'turn the read-only switch of the console off, or run firedrill open',
    }),
  )
}

function unknownSession(): HttpError {
  return new HttpError(
    401,
    apiErrors.error('FD_SESSION_UNKNOWN', {
      message: 'this browser has no session on this stack, or its session has ended',
      expected: 'a session that began with a link of firedrill open, and the header X-Firedrill-Key',
      next: 'firedrill open',
    }),
  )
}

function isLocal(address: string | undefined): boolean {
  if (address === undefined) return false
  const v4 = address.startsWith('::ffff:') ? address.slice(7) : address
  return isIPv4(v4) ? v4.startsWith('127.') : address === '::1'
}
