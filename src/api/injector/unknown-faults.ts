import { randomUUID } from 'node:crypto'
import type { HeldView } from '../../faults/lease.ts'
import type { Runtime } from '../../runtimes/runtime.ts'
import type { LiftView } from '../contract.ts'
import { type SubjectAccess, subjectOf } from './subject.ts'

/** Lifts faults that were injected past control. */

/** The part that stands between the services and what they depend on. */
const PROXY = 'proxy'

/**
 * Undoes what services and the proxy hold and control does not know of: somebody has injected it past control, with a token for
 * faults. A target that does not answer is passed over; a service ends what it holds by its lease.
 */
export async function liftUnknownFaults(runtime: Runtime, access: SubjectAccess): Promise<LiftView[]> {
  const takers = runtime.services().filter(({ takesFaults }) => takesFaults === true)
  const targets = takers.flatMap(({ name, replicas }) => replicas.map(({ id }) => ({ service: name, replica: id })))
  const found = await Promise.all([
    ...targets.map((target) => liftHeld(runtime, target, access).catch(() => [])),
    resetProxy(runtime, access).catch(() => []),
  ])
  return found.flat()
}

/** A link of the proxy, in the form of Toxiproxy's API. */
interface Link {
  enabled: boolean
  toxics: { name: string; type: string }[]
}

async function liftHeld(
  runtime: Runtime,
  target: { service: string; replica: string },
  access: SubjectAccess,
): Promise<LiftView[]> {
  const subject = subjectOf(target, { runtime, access })
  const { status, body } = await subject.request({ method: 'GET', path: '/faults' })
  if (status !== 200) return []
  const lifted: LiftView[] = []
  for (const { id, fault } of (JSON.parse(body) as { faults: HeldView[] }).faults) {
    const answer = await subject.request({ method: 'DELETE', path: `/faults/${encodeURIComponent(id)}` })
    if (answer.status === 200) lifted.push(liftOf({ ...target, id, fault }))
  }
  return lifted
}

async function resetProxy(runtime: Runtime, access: SubjectAccess): Promise<LiftView[]> {
  if (!runtime.services().some(({ name }) => name === PROXY)) return []
  const subject = subjectOf({ service: PROXY }, { runtime, access })
  const { body } = await subject.request({ method: 'GET', path: '/proxies' })
  const links = Object.entries(JSON.parse(body) as Record<string, Link>)
  const lifted = links.flatMap(([service, { enabled, toxics }]) => [
    ...toxics.map(({ name, type }) => liftOf({ id: name, fault: `toxic ${type}`, service, replica: service })),
    ...(enabled ? [] : [liftOf({ id: randomUUID(), fault: 'link off', service, replica: service })]),
  ])
  if (lifted.length === 0) return []
  const { status } = await subject.request({ method: 'POST', path: '/reset', body: {} })
  return status === 204 ? lifted : []
}

function liftOf(what: Pick<LiftView, 'id' | 'fault' | 'service' | 'replica'>): LiftView {
  return { ...what, liftedAtMs: Date.now(), changed: true, detail: 'it was injected past control' }
}
