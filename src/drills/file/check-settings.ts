import { defined } from '../../base/defined.ts'
import { didYouMean } from '../../base/text/near-name.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import type { Drill } from './drill.ts'

/** Refuses a value for a parameter that none of the drills has: it is a typing error. @throws FD_USAGE */
export function checkSettings(settings: Readonly<Record<string, string>>, drills: readonly Drill[]): void {
  const known = [...new Set(drills.flatMap(({ parameters }) => Object.keys(parameters)))]
  for (const name of Object.keys(settings)) {
    if (known.includes(name)) continue
    throw usageErrors.error('FD_USAGE', {
      message: `unknown parameter "${name}"`,
      where: '--set',
      expected: known.length === 0 ? 'nothing: no drill that was named has parameters' : `one of ${known.join(', ')}`,
      ...defined({ next: didYouMean(name, known) }),
    })
  }
}
