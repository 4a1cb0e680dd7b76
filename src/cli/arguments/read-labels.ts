import { usageErrors } from '../../base/usage-errors.ts'

/** Reads labels of an option that can be repeated: `cluster=eu`; the last value of a name counts. @throws FD_USAGE */
export function readLabels(where: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([a-zA-Z_]\w*)=(.*)$/s.exec(text) ?? []
      if (name !== undefined && value !== undefined) return [name, value]
      throw usageErrors.error('FD_USAGE', {
        message: 'not a label',
        where,
        expected: 'name=value: cluster=eu',
        given: text,
      })
    }),
  )
}
