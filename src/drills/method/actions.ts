import { sleep } from '../../base/wait.ts'
import type { Act } from '../file/method-step.ts'
import type { Lease, SystemUnderDrill } from '../system.ts'
import { within } from '../within.ts'

/** A restart waits for health, in milliseconds. */
const ACT_MS = 60_000

/** How long, and how often, what is starting already is waited for, in milliseconds. */
const BUSY_MS = 15_000
const AGAIN_MS = 200

/** Undoes an action. Resolves with what it did, for people. */
export type PutBack = () => Promise<string>

/**
 * Carries out what a drill does besides faults. `keep` is called with the way back before anything is changed, so that it is
 * known also when the action fails half way. Resolves with what was done, for people.
 */
export async function carryOut(act: Act, system: SystemUnderDrill, keep: (putBack: PutBack) => void): Promise<string> {
  const bounded = <T>(what: string, answer: Promise<T>) => within(ACT_MS, what, answer)
  switch (act.action) {
    case 'configure': {
      const { service, settings } = act
      const names = Object.keys(settings)
      const defaults = Object.fromEntries(names.map((name) => [name, null]))
      const lease = await bounded(`a lease of ${service}`, system.lease(service, { settings: defaults }))
      keep(async () => {
        const takeBack = () => alone(() => system.configure(service, defaults))
        await ending(lease, () => bounded(`${service} with its own settings`, takeBack()))
        return `${service} has its own ${names.join(', ')} again`
      })
      await bounded(
        `${service} with other settings`,
        alone(() => system.configure(service, settings)),
      )
      return `${service} runs with ${names.map((name) => `${name}=${settings[name]}`).join(' ')}`
    }
    case 'scale': {
      const { service, replicas } = act
      const { services } = await bounded('the description of the stack', system.describe())
      const before = services.find(({ name }) => name === service)?.replicas.length
      if (before !== undefined && before !== replicas) {
        const lease = await bounded(`a lease of ${service}`, system.lease(service, { replicas: before }))
        keep(async () => {
          await ending(lease, () => bounded(`${service} with ${before} replicas`, system.scale(service, before)))
          return `${service} has ${before} again`
        })
      }
      await bounded(`${service} with ${replicas} replicas`, system.scale(service, replicas))
      return `${service} went from ${before ?? 'an unknown number'} to ${replicas}`
    }
    case 'restart': {
      const { target } = act
      await bounded(
        `${target.replica ?? target.service} to be restarted`,
        alone(() => system.restart(target)),
      )
      return `${target.replica ?? target.service} is up again`
    }
    case 'clearFaults': {
      const lifted = await bounded('the faults to be lifted', system.clearFaults())
      return lifted === 1 ? '1 fault was lifted' : `${lifted} faults were lifted`
    }
  }
}

/** What cannot be taken back from here is the system's business. */
async function ending(lease: Lease, takeBack: () => Promise<void>): Promise<void> {
  try {
    await takeBack()
  } catch (error) {
    lease.drop()
    throw error
  }
  await lease.settle()
}

/** Again, for a while, when somebody else (the responder) is starting the replica at that very moment. */
async function alone(act: () => Promise<void>): Promise<void> {
  const endMs = performance.now() + BUSY_MS
  while (true) {
    try {
      return await act()
    } catch (error) {
      const { code } = error as { code?: unknown }
      if (code !== 'FD_RUNTIME_CONFLICT' || performance.now() >= endMs) throw error
      await sleep(AGAIN_MS)
    }
  }
}
