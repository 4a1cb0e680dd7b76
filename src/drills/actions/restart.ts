import { Type } from '#typebox'
import { defined } from '../../base/defined.ts'
import { Name, Service } from '../fields.ts'
import { defineAction } from './action.ts'
import { bounded, whenFree } from './change-system.ts'

/** Restarts a service or one replica of it. There is nothing to put back. */
export const restart = defineAction({
  name: 'restart',
  properties: { target: Service, replica: Type.Optional(Name('One replica')) },
  build({ target: service, replica }) {
    const target = { service, ...defined({ replica }) }
    const name = replica ?? service
    return {
      text: `restart ${name}`,
      target,
      async do(system) {
        await bounded(
          `${name} to be restarted`,
          whenFree(() => system.restart(target)),
          system.changesWithinMs,
        )
        return `${name} is up again`
      },
    }
  },
})
