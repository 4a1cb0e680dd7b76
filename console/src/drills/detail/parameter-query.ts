import type { DrillParameter } from '../../../../src/api/contract/drills/drills.ts'

/** Values of parameters in the address: `set.threads=2`. Only those that differ from the default stand there. */
export function chosenParameters(
  parameters: readonly DrillParameter[],
  query: URLSearchParams,
): Record<string, string> {
  return Object.fromEntries(
    parameters.flatMap(({ name, default: usual }): [string, string][] => {
      const value = query.get(keyOf(name))
      return value === null || value === String(usual) ? [] : [[name, value]]
    }),
  )
}

/** The field of the address that holds a parameter. */
export function keyOf(name: string): string {
  return `set.${name}`
}

/** Why a text is no value of this type, in words; undefined when it is one. The server checks it again. */
export function whyWrong({ type }: Pick<DrillParameter, 'type'>, text: string): string | undefined {
  const { form, expected } = FORMS[type]
  return form.test(text.trim()) ? undefined : expected
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i
const FORMS: Readonly<Record<DrillParameter['type'], { form: RegExp; expected: string }>> = {
  integer: { form: /^-?\d+$/, expected: 'a whole number' },
  number: { form: NUMBER, expected: 'a number' },
  text: { form: /^/, expected: 'a text' },
  boolean: { form: /^(?:true|false)$/, expected: 'true or false' },
  duration: { form: /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/, expected: 'a duration: 500ms, 2s, 1m30s' },
  share: { form: /^\d+(?:\.\d+)?\s*%$/, expected: 'a share: 5%, 0.1%' },
}
