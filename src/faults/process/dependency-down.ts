import { once } from 'node:events'
import { Type } from '#typebox'
import { faultErrors } from '../errors.ts'
import { defineInsideFault } from '../inside/inside-fault.ts'

export const dependencyDown = defineInsideFault({
  name: 'dependency-down',
  summary:
    "Let what one replica depends on fail, for it alone: the source of prices of quotes, the database of a worker. For everybody's database or cache, stop, pause or kill postgres or redis",
  params: Type.Object(
    {
      dependency: Type.String({
        default: 'provider',
        minLength: 1,
        maxLength: 64,
        description: 'Name of what fails: provider (quotes), database (worker)',
      }),
      how: Type.Enum(['fail', 'hang'] as const, {
        default: 'fail',
        description: 'fail: at once; hang: no answer until the service gives up',
      }),
    },
    { additionalProperties: false },
  ),
  begin(inside, { dependency, how }) {
    let met: () => void = () => undefined
    const first = new Promise<void>((resolve) => {
      met = resolve
    })
    inside.obstruct(dependency, async (signal) => {
      met()
      if (how === 'hang') await once(signal, 'abort', { signal: inside.signal }).catch(() => undefined)
      if (!inside.signal.aborted)
        throw faultErrors.error('FD_FAULT_INJECTED', { message: `${dependency} is down on purpose` })
    })
    return Promise.race([first, once(inside.signal, 'abort')]).then(() => {
      const landed = !inside.signal.aborted
      const proof = landed ? `a call of ${dependency} met the fault` : `${dependency} was not called`
      return { proof: { landed, proof } }
    })
  },
})
