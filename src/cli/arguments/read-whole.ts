import { usageErrors } from '../../base/usage-errors.ts'

/** A whole number from `least`; undefined when the option was left out. @throws FD_USAGE */
export function readWhole(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw usageErrors.error('FD_USAGE', {
    message: 'not usable',
    where: option,
    expected: `a whole number from ${least}`,
    given: text,
  })
}
