import { HttpError } from '../../base/http/http-server.ts'
import type { Actor, Runtime } from '../../runtimes/runtime.ts'
import { apiErrors } from '../errors.ts'

/** What the responder's token does not open. */

/**
 * Refuses the responder an act that is no repair in this case: to scale a service to none, or to touch the responder itself. A thief
 * of its token must not be able to silence it. @throws HttpError 403
 */
export function checkRepair(actor: Actor, repair: Repair, runtime: Pick<Runtime, 'services'>): void {
  if (actor !== 'responder') return
  const { act, service } = repair
  const kind = runtime.services().find(({ name }) => name === service)?.kind
  if (kind === 'responder') throw refusal(`the responder may not ${act} itself`, 'control restarts it when it ends')
  if (act === 'configure' && kind !== undefined && kind !== 'service')
    throw refusal(`the responder may not configure ${service}`, 'settings of a service of the system under drill')
  if (repair.act === 'scale' && repair.replicas < 1)
    throw refusal(`the responder may not scale ${service} to none`, 'one replica, or more')
}

function refusal(message: string, expected: string): HttpError {
  return new HttpError(403, apiErrors.error('FD_CONTROL_NO_REPAIR', { message, expected }))
}

/** An act that the responder's token opens. */
export type Repair =
  | { act: 'restart' | 'configure'; service: string }
  | { act: 'scale'; service: string; replicas: number }
