import { oneOf } from '../base/text/near-name.ts'
import { runtimeErrors, type Target } from './runtime.ts'

/** The replicas of a target: all of a service, or the one that is named. @throws FD_RUNTIME_UNKNOWN_SERVICE */
export function findReplicas<R extends { readonly id: string }>(
  services: ReadonlyMap<string, { readonly replicas: readonly R[] }>,
  { service: name, replica: id }: Target,
): readonly R[] {
  const { replicas } = findService(services, name)
  if (id === undefined) return replicas
  const found = replicas.find((replica) => replica.id === id)
  if (found !== undefined) return [found]
  throw runtimeErrors.error('FD_RUNTIME_UNKNOWN_SERVICE', {
    message: `${name} has no replica "${id}"`,
    expected: oneOf(replicas.map((replica) => replica.id)),
    given: id,
  })
}

/** The service of that name. @throws FD_RUNTIME_UNKNOWN_SERVICE */
export function findService<S>(services: ReadonlyMap<string, S>, name: string): S {
  const service = services.get(name)
  if (service !== undefined) return service
  throw runtimeErrors.error('FD_RUNTIME_UNKNOWN_SERVICE', {
    message: `there is no service "${name}"`,
    expected: oneOf([...services.keys()]),
    given: name,
  })
}
