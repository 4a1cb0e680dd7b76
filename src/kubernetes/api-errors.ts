import type { FiredrillError } from '../base/errors.ts'
import { isObject } from '../base/is-object.ts'
import { visibleLine } from '../base/text/visible.ts'
import { kubernetesErrors } from './cluster.ts'

/** What an API server's refusals mean. */

/** The error of an answer that is no success. The server says why as an object of the kind Status; what stands before it as text. */
export function refusal({ status, text, where }: { status: number; text: string; where: string }): FiredrillError {
  const { message, reason, isOfServer } = read(text)
  const code = codeOf(status, isOfServer)
  return kubernetesErrors.error(code, {
    message: message === '' ? `answered ${status}` : message,
    where,
    given: reason === undefined ? String(status) : `${status} ${reason}`,
    ...(code === 'FD_KUBERNETES_FORBIDDEN' ? { next: NEXT_FORBIDDEN } : {}),
  })
}

const NEXT_FORBIDDEN =
  'the people who manage the cluster can allow it; `firedrill system check` says what else is missing'

function codeOf(status: number, isOfServer: boolean) {
  if (status === 401 || status === 403) return 'FD_KUBERNETES_FORBIDDEN'
  if (status === 404) return 'FD_KUBERNETES_NOT_FOUND'
  if (status === 409) return 'FD_KUBERNETES_CONFLICT'
  // kubectl answers with a text where it does not reach the server, or may not sign in.
  return status >= 500 && !isOfServer ? 'FD_KUBERNETES_UNREACHABLE' : 'FD_KUBERNETES_ANSWER'
}

function read(text: string): { message: string; reason: string | undefined; isOfServer: boolean } {
  try {
    const status: unknown = JSON.parse(text)
    if (isObject(status) && status.kind === 'Status') {
      const { message, reason } = status
      return {
        message: typeof message === 'string' ? visibleLine(message).slice(0, LONGEST) : '',
        reason: typeof reason === 'string' ? reason : undefined,
        isOfServer: true,
      }
    }
  } catch {
    // A text.
  }
  return { message: visibleLine(text.trim()).slice(0, LONGEST), reason: undefined, isOfServer: false }
}

const LONGEST = 500
