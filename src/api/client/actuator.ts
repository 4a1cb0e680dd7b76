import type { Actuator } from '../../responder/actions/actuator.ts'
import type { ControlClient } from './client.ts'

/** What the responder's token lets it do, over the control API. */
export function actuatorOf(control: ControlClient): Actuator {
  return {
    services: async () => {
      const { services } = await control.stack()
      return new Map(
        services.map(({ name, replicas, configured = [] }) => [name, replicas.map((one) => ({ ...one, configured }))]),
      )
    },
    restart: async ({ service, replica }) => {
      await control.act('restart', service, replica)
    },
    scale: async (service, replicas) => {
      await control.scale(service, replicas)
    },
    configure: async (service, settings) => {
      await control.configure(service, settings)
    },
    clearFaults: async () => (await control.liftAll()).length,
  }
}
