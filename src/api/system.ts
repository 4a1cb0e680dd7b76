import { request } from 'undici'
import { FiredrillError } from '../base/errors.ts'
import type { IncidentView, SystemDescription, SystemUnderDrill } from '../drills/system.ts'
import type { ControlClient } from './client.ts'
import type { StackView } from './contract.ts'
import { apiErrors } from './errors.ts'

const INCIDENTS_TIMEOUT_MS = 2_000

/** The stack as a drill sees it: through the control API, and the responder's own list of incidents. */
export function systemOf(control: ControlClient): SystemUnderDrill {
  let responder: string | undefined
  return {
    describe: async () => {
      const stack = await control.stack()
      const description = describeSystem(stack)
      responder = description.endpoints.responder
      return description
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
    events: (afterSequence) => control.events(afterSequence),
    incidents: async () => {
      responder ??= describeSystem(await control.stack()).endpoints.responder
      const { body } = await request(`${responder}/incidents`, {
        headersTimeout: INCIDENTS_TIMEOUT_MS,
        bodyTimeout: INCIDENTS_TIMEOUT_MS,
      })
      const { incidents } = (await body.json()) as { incidents: IncidentView[] }
      return incidents
    },
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
