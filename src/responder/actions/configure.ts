import { Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { ONE_LINE } from '../../base/text/texts.ts'
import { LONGEST_SETTING, SETTING_NAME } from '../../stack/setting-problems.ts'
import { type Check, defineAction, serviceOf } from './action.ts'

export const configure = defineAction({
  name: 'configure',
  summary: 'changes settings of a service, or takes them back to their defaults',
  params: Type.Object(
    {
      service: Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$', description: '`target`, or a service' }),
      set: strictRecord(
        Type.Union([Type.String({ pattern: ONE_LINE, maxLength: LONGEST_SETTING }), Type.Null()], {
          description: 'a text of one line, or null',
        }),
        {
          keys: SETTING_NAME,
          minProperties: 1,
          description: 'What firedrill serve --help lists for the service; null takes one back to its default',
        },
      ),
    },
    { additionalProperties: false },
  ),
  // Control restarts the replicas one after the other.
  disturbs: true,
  target: ({ service }, alert) => serviceOf(service, alert),
  check({ set }, { target: { service }, replicas }): Check {
    if (replicas.length === 0) return { guard: 'unknown_target', detail: `there is no ${service}` }
    // Back to what it is already: a restart in disguise.
    const changes = ([key, value]: [string, string | null]) =>
      value !== null || replicas.some(({ configured }) => configured === undefined || configured.includes(key))
    if (Object.entries(set).some(changes)) return {}
    return { guard: 'nothing_to_do', detail: `no such setting of ${service} was changed` }
  },
  async perform({ set }, { target: { service }, actuator }) {
    await actuator.configure(service, set)
    const changes = Object.entries(set).map(
      ([key, value]) => `${key} ${value === null ? 'back to its default' : `to ${value}`}`,
    )
    return `configured ${service}: ${changes.join(', ')}`
  },
})
