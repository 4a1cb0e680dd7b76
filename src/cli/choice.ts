import { closest } from 'fastest-levenshtein'
import { cliErrors } from './errors.ts'

/** The entry of a literal map that a person named. @throws FD_USAGE with what there is and the nearest name. */
export function choose<T extends object>(map: T, name: string, what: string): T[keyof T] {
  if (Object.hasOwn(map, name)) return map[name as keyof T]
  const known = Object.keys(map)
  throw cliErrors.error('FD_USAGE', {
    message: `unknown ${what} "${name}"`,
    expected: `one of ${known.join(', ')}`,
    given: name,
    next: `did you mean ${closest(name, known)}?`,
  })
}
