import type { ForeignNames } from '../../drills/file/validation/foreign-validation.ts'
import type { FaultHost } from '../../faults/needs.ts'
import { foreignCapabilities } from '../foreign-capabilities.ts'
import type { ForeignSystem } from './foreign-system.ts'

/** A system that is not ours takes faults that act on its processes, beside them, or on its links. */
export function faultHostOf({ services, links }: Pick<ForeignSystem, 'services' | 'links'>): FaultHost {
  const controlled = services.filter(({ run }) => run.kind !== 'unknown')
  return {
    capabilities: foreignCapabilities,
    inside: [],
    beside: controlled.map(({ name }) => name),
    disks: controlled.filter(({ disk }) => disk !== undefined).map(({ name }) => name),
    links: links.map(({ name }) => name),
    rules: [],
  }
}

/** What drills on this system may name. */
export function namesOf(system: ForeignSystem): { services: string[]; foreign: ForeignNames } {
  const { services, links } = system
  const names = [...services, ...links].map(({ name }) => name)
  const isHttp = (url: URL) => url.protocol !== 'tcp:'
  return {
    services: names,
    foreign: {
      services: names,
      probed: services.filter(({ urls }) => urls.every(isHttp)).map(({ name }) => name),
      faultable: services.filter(({ run }) => run.kind !== 'unknown').map(({ name }) => name),
      faultHost: faultHostOf(system),
    },
  }
}
