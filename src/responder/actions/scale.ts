import { Type } from '#typebox'
import { type Check, defineAction, serviceOf } from './action.ts'

export const scale = defineAction({
  name: 'scale',
  summary: 'scales a service, and back when the alert is over',
  params: Type.Object(
    {
      service: Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$', description: '`target`, or a service' }),
      to: Type.Integer({ minimum: 1, maximum: 100, description: 'Replicas' }),
      back: Type.Optional(Type.Boolean({ description: 'Whether it goes back when the alert is over. Default true' })),
    },
    { additionalProperties: false },
  ),
  target: ({ service }, alert) => serviceOf(service, alert),
  check({ to, back = true }, { target: { service }, replicas }): Check {
    if (replicas.length === 0) return { guard: 'unknown_target', detail: `there is no ${service}` }
    if (replicas.length === to) return { guard: 'nothing_to_do', detail: `${service} has ${to} replicas` }
    return back ? { was: replicas.length } : {}
  },
  async perform({ to }, { target: { service }, actuator }) {
    await actuator.scale(service, to)
    return `scaled ${service} to ${to}`
  },
})
