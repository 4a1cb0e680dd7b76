import { defined } from './defined.ts'
import { didYouMean, oneOf } from './text/near-name.ts'
import { usageErrors } from './usage-errors.ts'

/** The entry of a literal map that a person named. @throws FD_USAGE with what there is and the nearest name. */
export function choose<T extends object>(map: T, name: string, what: string): T[keyof T] {
  if (Object.hasOwn(map, name)) return map[name as keyof T]
  const known = Object.keys(map)
  const next = didYouMean(name, known)
  throw usageErrors.error('FD_USAGE', {
    message: `unknown ${what} "${name}"`,
    expected: oneOf(known),
    given: name,
    ...defined({ next }),
  })
}
