import { Type } from '#typebox'
import { replicasText } from '../../faults/replicas-text.ts'
import { Service } from '../fields.ts'
import { defineAction } from './action.ts'
import { bounded, leaseChange } from './change-system.ts'

/** Changes the number of replicas of a service; puts back as many as there were. */
export const scale = defineAction({
  name: 'scale',
  properties: {
    target: Service,
    to: Type.Integer({ minimum: 0, maximum: 100, description: 'Replicas. At the end there are as many as before' }),
  },
  refusedForeign: ({ target }, { workloads = [] }) =>
    workloads.includes(String(target)) ? undefined : `nothing says how ${String(target)} is scaled`,
  build({ target: service, to: replicas }) {
    return {
      text: `scale ${service} to ${replicas}`,
      target: { service },
      whyImpossible({ services }) {
        const most = services.find(({ name }) => name === service)?.maxReplicas ?? replicas
        if (replicas <= most) return undefined
        return `${service} can have ${most === 1 ? 'one replica' : `${most} replicas`} at most`
      },
      async do(system, keep) {
        const { services } = await bounded('the description of the stack', system.describe())
        const before = services.find(({ name }) => name === service)?.replicas.length
        if (before !== undefined && before !== replicas) {
          const putBack = () =>
            bounded(`${service} with ${before} replicas`, system.scale(service, before), system.changesWithinMs)
          const detail = `${service} has ${replicasText(before)} again; the drill had set ${replicas}`
          keep(await leaseChange(system, { service, takeBack: { replicas: before } }, { putBack, detail }))
        }
        await bounded(`${service} with ${replicas} replicas`, system.scale(service, replicas), system.changesWithinMs)
        return `${service} went from ${before ?? 'an unknown number'} to ${replicas}`
      },
    }
  },
})
