import type { ForeignNames } from '../../drills/file/validation/foreign-validation.ts'
import type { FaultHost } from '../../faults/needs.ts'
import { foreignCapabilities } from '../foreign-capabilities.ts'
import type { ForeignSystem } from './foreign-system.ts'

/** A system that is not ours takes only the faults that act on its processes. */
export const foreignFaultHost: FaultHost = { capabilities: foreignCapabilities, inside: [], links: [], rules: [] }

/** What drills on this system may name. */
export function namesOf({ services }: ForeignSystem): { services: string[]; foreign: ForeignNames } {
  const names = services.map(({ name }) => name)
  const isHttp = (url: URL) => url.protocol !== 'tcp:'
  return {
    services: names,
    foreign: {
      services: names,
      probed: services.filter(({ urls }) => urls.every(isHttp)).map(({ name }) => name),
      faultable: services.filter(({ run }) => run.kind !== 'unknown').map(({ name }) => name),
      faultHost: foreignFaultHost,
    },
  }
}
