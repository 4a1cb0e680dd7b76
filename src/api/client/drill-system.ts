import { randomUUID } from 'node:crypto'
import { request } from 'undici'
import { FiredrillError } from '../../base/errors.ts'
import { answerLimits, answerText } from '../../base/http/answer-text.ts'
import type { SystemDescription, SystemUnderDrill, UsedUpLimit } from '../../drills/system.ts'
import type { IncidentView } from '../../probes/incident-view.ts'
import type { StackView } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import type { ControlClient } from './client.ts'

const RESPONDER_TIMEOUT_MS = 2_000
/** How long a drill's change outlives the drill's process, and how often it is renewed, in milliseconds. */
const LEASE_MS = 10_000
const RENEW_EVERY_MS = 2_000

/** The stack as a drill sees it: through the control API, and what the responder itself tells. */
export function systemOf(control: ControlClient, access?: SystemDescription['access']): SystemUnderDrill {
  let responder: string | undefined
  async function ask<T>(path: string): Promise<T> {
    responder ??= describeSystem(await control.stack()).endpoints.responder
    const { body } = await request(responder + path, {
      headersTimeout: RESPONDER_TIMEOUT_MS,
      bodyTimeout: RESPONDER_TIMEOUT_MS,
    })
    return JSON.parse(await answerText(body, answerLimits.own)) as T
  }
  return {
    describe: async () => {
      const stack = await control.stack()
      const description = describeSystem(stack)
      responder = description.endpoints.responder
      return access === undefined ? description : { ...description, access }
    },
    inject: ({ fault, target, params, forMs }) => control.inject({ fault, ...target, params, forMs }),
    lift: async (id) => {
      try {
        const { liftedAtMs, changed, detail } = await control.lift(id)
        return { liftedAtMs, changed, detail }
      } catch (error) {
        // Its time was over before: what was to be undone is undone.
        if (!(error instanceof FiredrillError) || error.code !== 'FD_FAULT_NOT_ACTIVE') throw error
        return { liftedAtMs: Date.now(), changed: false, detail: 'lifted before, by its own time limit' }
      }
    },
    clearFaults: async () => (await control.liftAll()).length,
    activeFaults: async () => (await control.faults()).map(({ id, fault, service }) => ({ id, fault, service })),
    configure: async (service, settings) => {
      await control.configure(service, { ...settings })
    },
    scale: async (service, replicas) => {
      await control.scale(service, replicas)
    },
    restart: async ({ service, replica }) => {
      await control.act('restart', service, replica)
    },
    reportRequests: async (service, requests) => {
      await control.reportRequests({ service, requests: [...requests] })
    },
    lease: async (service, takeBack) => {
      const id = randomUUID()
      const renew = () => control.leaseChange(id, { service, takeBack, leaseMs: LEASE_MS })
      await renew()
      let renewing = Promise.resolve()
      const timer = setInterval(() => {
        // Not renewed is what the lease is for.
        renewing = renewing.then(renew).catch(() => undefined)
      }, RENEW_EVERY_MS).unref()
      const drop = () => clearInterval(timer)
      const settle = async () => {
        drop()
        // One that arrives later would begin the lease anew.
        await renewing
        await control.settleChange(id).catch(() => undefined)
      }
      return { drop, settle }
    },
    events: (afterSequence) => control.events(afterSequence),
    incidents: async () => (await ask<{ incidents: IncidentView[] }>('/incidents')).incidents,
    limits: async () => (await ask<{ limits: UsedUpLimit[] }>('/limits')).limits,
  }
}

function describeSystem(stack: StackView): SystemDescription {
  const url = (name: string): string => {
    const address = stack.services.find((service) => service.name === name)?.replicas[0]?.address
    if (address !== undefined) return `http://${address.host}:${address.port}`
    throw apiErrors.error('FD_STACK_NOT_UP', {
      message: `the stack has no ${name}`,
      where: stack.url,
      next: 'firedrill status',
    })
  }
  return {
    stackId: stack.id,
    runtime: stack.runtime,
    profile: stack.profile,
    versions: {
      firedrill: stack.version,
      node: process.versions.node,
      ...Object.fromEntries(Object.entries(stack.components).map(([name, { version }]) => [name, version])),
    },
    endpoints: { prometheus: url('prometheus'), alertmanager: url('alertmanager'), responder: url('responder') },
    services: stack.services,
    lastSequence: stack.lastSequence,
  }
}
