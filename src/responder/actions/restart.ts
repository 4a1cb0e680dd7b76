import { Type } from '#typebox'
import { type Check, defineAction, resolveTarget } from './action.ts'

export const restart = defineAction({
  name: 'restart',
  summary: 'restarts the replica that the alert names, or all of a service, one after the other',
  params: Type.String({
    pattern: '^[a-z][a-z0-9-]{0,62}$',
    description: '`target` (what the alert is about), a service, or a replica',
  }),
  disturbs: true,
  target: resolveTarget,
  check(_params, { target, replicas, badAtMs }): Check {
    const ours = replicas.filter(({ id }) => target.replica === undefined || id === target.replica)
    if (ours.length === 0) return { guard: 'unknown_target', detail: `there is no ${target.replica ?? target.service}` }
    const starting = ours.find(({ state }) => state === 'starting' || state === 'stopping')
    if (starting) return { guard: 'already_starting', detail: `${starting.id} is ${starting.state}` }
    // A replica that has been healthy since before may hang all the same.
    const sinceMs = Math.max(...ours.map((replica) => replica.sinceMs))
    if (ours.every((replica) => replica.state === 'healthy' && replica.sinceMs > badAtMs))
      return { guard: 'already_repaired', detail: `${ours.map(({ id }) => id).join(', ')} restarted`, sinceMs }
    return {}
  },
  async perform(_params, { target: { service, replica }, actuator, mayDisturb }) {
    const replicas = (await actuator.services()).get(service) ?? []
    const ours = replicas.filter(({ id }) => replica === undefined || id === replica)
    // The broken ones first: they cost nothing.
    ours.sort((a, b) => Number(a.state === 'healthy') - Number(b.state === 'healthy'))
    for (const { id } of ours) {
      await mayDisturb({ service, replica: id })
      await actuator.restart({ service, replica: id })
    }
    return `restarted ${ours.map(({ id }) => id).join(', ')}`
  },
})
