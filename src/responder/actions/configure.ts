import { Type } from 'typebox'
import { type Check, defineAction, meantService } from './action.ts'

export const configure = defineAction({
  name: 'configure',
  summary: 'changes settings of a service, or takes them back to their defaults',
  params: Type.Object(
    {
      service: Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$', description: '`target`, or a service' }),
      set: Type.Record(
        Type.String({ pattern: '^[A-Z][A-Z0-9_]{0,63}$' }),
        Type.Union([Type.String({ maxLength: 4_096 }), Type.Null()]),
        { minProperties: 1, description: 'Settings; null takes one back to its default' },
      ),
    },
    { additionalProperties: false },
  ),
  // Control restarts the replicas one after the other.
  disturbs: true,
  target: ({ service }, alert) => meantService(service, alert),
  check(_params, { service }, replicas): Check {
    return replicas.length === 0 ? { guard: 'unknown_target', detail: `there is no ${service}` } : {}
  },
  async perform({ set }, { target: { service }, actuator }) {
    await actuator.configure(service, set)
    const changes = Object.entries(set).map(
      ([key, value]) => `${key} ${value === null ? 'back to its default' : `to ${value}`}`,
    )
    return `configured ${service}: ${changes.join(', ')}`
  },
})
