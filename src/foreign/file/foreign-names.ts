import type { ForeignNames } from '../../drills/file/validation/foreign-validation.ts'
import type { FaultHost } from '../../faults/needs.ts'
import { capabilitiesOf } from '../foreign-capabilities.ts'
import type { ForeignService, ForeignSystem } from './foreign-system.ts'

/** A system that is not ours takes faults that act on its processes, beside them, on its workloads, or on its links. */
export function faultHostOf({ services, links, serviceLinks }: Named): FaultHost {
  const local = services.filter(({ run }) => run.kind !== 'unknown' && run.kind !== 'kubernetes')
  const workloads = services.filter(({ run }) => run.kind === 'kubernetes')
  return {
    capabilities: capabilitiesOf(services),
    inside: [],
    beside: local.map(({ name }) => name),
    disks: local.filter(({ disk }) => disk !== undefined).map(({ name }) => name),
    links: [...links, ...serviceLinks].map(({ name }) => name),
    rules: [],
    workloads: workloads.map(({ name }) => name),
  }
}

type Named = Pick<ForeignSystem, 'services' | 'links' | 'serviceLinks'>

/** What drills on this system may name. */
export function namesOf(system: ForeignSystem): { services: string[]; foreign: ForeignNames } {
  const { services, links, serviceLinks } = system
  const names = [...services, ...links, ...serviceLinks].map(({ name }) => name)
  return {
    services: names,
    foreign: {
      services: names,
      probed: services.filter(isProbed).map(({ name }) => name),
      faultable: services.filter(({ run }) => run.kind !== 'unknown').map(({ name }) => name),
      faultHost: faultHostOf(system),
    },
  }
}

/** Whether it can be asked by HTTP: at its URLs, or through the API server of its cluster. */
export function isProbed({ urls, run }: ForeignService): boolean {
  if (urls.length === 0) return run.kind === 'kubernetes' && run.proxied !== undefined
  return urls.every(({ protocol }) => protocol !== 'tcp:')
}
