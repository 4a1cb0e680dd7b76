import { Type } from '#typebox'
import { isObject } from '../../base/is-object.ts'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { ONE_LINE } from '../../base/text/texts.ts'
import { isSettingName, LONGEST_SETTING, SETTING_NAME, settingProblems } from '../../stack/setting-problems.ts'
import { Service } from '../fields.ts'
import { defineAction } from './action.ts'
import { bounded, leaseChange, whenFree } from './change-system.ts'

/** Restarts a service with settings changed; puts them back to their defaults. */
export const configure = defineAction({
  name: 'configure',
  properties: {
    target: Service,
    settings: strictRecord(
      Type.Union([Type.String({ pattern: ONE_LINE, maxLength: LONGEST_SETTING }), Type.Number(), Type.Boolean()], {
        description: 'a text of one line, a number, or true or false',
      }),
      {
        keys: SETTING_NAME,
        description: 'What firedrill serve --help lists for the service. At the end they are back at their defaults',
        minProperties: 1,
      },
    ),
  },
  check({ target, settings }, known) {
    const configured = known.settings.find(({ name }) => name === target)
    if (configured === undefined || !isObject(settings)) return []
    const changes = textsOf(Object.fromEntries(Object.entries(settings).filter(([name]) => isSettingName(name))))
    return settingProblems(configured, changes).map(({ name, ...problem }) => ({ at: ['settings', name], ...problem }))
  },
  refusedForeign: ({ target }) => `nothing says how ${String(target)} is configured`,
  build({ target: service, settings }) {
    const changes = textsOf(settings)
    const names = Object.keys(changes)
    const written = names.map((name) => `${name}=${changes[name]}`).join(' ')
    return {
      text: `configure ${service} ${written}`,
      target: { service },
      async do(system, keep) {
        const defaults = Object.fromEntries(names.map((name) => [name, null]))
        const putBack = () =>
          bounded(
            `${service} with its own settings`,
            whenFree(() => system.configure(service, defaults)),
          )
        const detail = `${service} has its own ${names.join(', ')} again`
        keep(await leaseChange(system, { service, takeBack: { settings: defaults } }, { putBack, detail }))
        await bounded(
          `${service} with other settings`,
          whenFree(() => system.configure(service, changes)),
        )
        return `${service} runs with ${written}`
      },
    }
  },
})

/** A number or a boolean is written into the environment as a text. */
function textsOf(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
}
