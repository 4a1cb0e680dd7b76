import { randomUUID } from 'node:crypto'
import type { Lease, TakeBack } from '../../drills/system.ts'
import type { ControlClient } from './client.ts'

/** The drill's side of a leased change; control's side is injector/leased-changes.ts. */

/** How long a drill's change outlives the drill's process, and how often its lease is renewed, in milliseconds. */
const LEASE_MS = 10_000
const RENEW_EVERY_MS = 2_000

/** Has control undo a change once this process no longer renews its lease. To be called before the change. */
export async function leaseChange(control: ControlClient, service: string, takeBack: TakeBack): Promise<Lease> {
  const id = randomUUID()
  const renew = () => control.leaseChange(id, { service, takeBack, leaseMs: LEASE_MS })
  await renew()
  let renewing = Promise.resolve()
  const timer = setInterval(() => {
    // A failed renewal needs no care: undoing the change is what the lease is for.
    renewing = renewing.then(renew).catch(() => undefined)
  }, RENEW_EVERY_MS).unref()
  const drop = () => clearInterval(timer)
  const settle = async () => {
    drop()
    // A renewal that arrives later would begin a new lease.
    await renewing
    await control.settleChange(id).catch(() => undefined)
  }
  return { drop, settle }
}
