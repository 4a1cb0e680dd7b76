import { usageErrors } from '../../base/usage-errors.ts'

/** Reads `--set name=value`, as often as it was given; the last value of a name counts. @throws FD_USAGE */
export function readSettings(
  texts: readonly string[],
  { where, example } = { where: '--set', example: 'users=50' },
): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([\w-]+)=(.*)$/s.exec(text) ?? []
      if (name !== undefined && value !== undefined) return [name, value]
      throw usageErrors.error('FD_USAGE', {
        message: 'not usable',
        where,
        expected: `name=value, for example ${example}`,
        given: text,
      })
    }),
  )
}
