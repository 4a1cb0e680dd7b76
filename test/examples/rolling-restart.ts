import { defineAction } from '../../src/drills/actions/action.ts'
import { bounded } from '../../src/drills/actions/change-system.ts'
import { Service } from '../../src/drills/fields.ts'

/** Restarts the replicas of a service one after the other, as a deployment does. There is nothing to put back. */
export const rollingRestart = defineAction({
  name: 'rollingRestart',
  properties: { target: Service },
  build: ({ target: service }) => ({
    text: `restart ${service}, one replica after the other`,
    target: { service },
    async do(system) {
      const { services } = await bounded('the description of the stack', system.describe())
      const replicas = services.find(({ name }) => name === service)?.replicas ?? []
      for (const { id } of replicas) {
        await bounded(`${id} to be restarted`, system.restart({ service, replica: id }))
      }
      return `${replicas.map(({ id }) => id).join(', ')} restarted`
    },
  }),
})
