import type { ForeignNames } from '../drills/foreign-validation.ts'
import type { ForeignSystem } from './foreign-system.ts'

/** What drills on this system may name. */
export function namesOf({ services }: ForeignSystem): { services: string[]; foreign: ForeignNames } {
  return {
    services: services.map(({ name }) => name),
    foreign: {
      probed: services.filter(({ urls }) => urls.every(({ protocol }) => protocol !== 'tcp:')).map(({ name }) => name),
      faultable: services.filter(({ run }) => run.kind !== 'unknown').map(({ name }) => name),
      needs: ['canKill', 'canPause'],
    },
  }
}
