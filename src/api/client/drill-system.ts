import { request } from 'undici'
import { answerLimits, answerText } from '../../base/http/answer-text.ts'
import type { SystemDescription, SystemUnderDrill, UsedUpLimit } from '../../drills/system.ts'
import type { IncidentView } from '../../probes/incident-view.ts'
import type { StackView } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import type { ControlClient } from './client.ts'
import { faultsOver } from './faults-over.ts'
import { leaseChange } from './lease-change.ts'
import { LoadReporter } from './load-reporter.ts'
import { loadView } from './load-view.ts'

/** The stack under drill, over the control API. */

const RESPONDER_TIMEOUT_MS = 2_000

/** The stack as a drill sees it: through the control API, and through the responder itself for incidents and limits. */
export function drillSystem(control: ControlClient, access?: SystemDescription['access']): SystemUnderDrill {
  const loads = new LoadReporter(control)
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
    ...faultsOver(control),
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
    reportLoad: (figures, of) => loads.send(loadView(figures, of)),
    lease: (service, takeBack) => leaseChange(control, service, takeBack),
    events: (afterSequence) => control.events(afterSequence),
    incidents: async () => (await ask<{ incidents: IncidentView[] }>('/incidents')).incidents,
    limits: async () => (await ask<{ limits: UsedUpLimit[] }>('/limits')).limits,
  }
}

/** A stack as a drill needs it. @throws FD_STACK_NOT_UP where a part is missing */
export function describeSystem(stack: StackView): SystemDescription {
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
