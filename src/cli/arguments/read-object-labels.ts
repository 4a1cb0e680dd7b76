import { usageErrors } from '../../base/usage-errors.ts'

/** Reads labels of objects of Kubernetes: `app.kubernetes.io/part-of=shop`; the last value of a name counts. @throws FD_USAGE */
export function readObjectLabels(where: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const { name, value } = LABEL.exec(text)?.groups ?? {}
      if (name !== undefined && value !== undefined) return [name, value]
      throw usageErrors.error('FD_USAGE', {
        message: 'not a label of Kubernetes',
        where,
        expected: 'name=value: release=monitoring',
        given: text,
      })
    }),
  )
}

const PART = '[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?'
const LABEL = new RegExp(`^(?<name>(?:[a-z0-9][a-z0-9.-]{0,252}/)?${PART})=(?<value>(?:${PART})?)$`)
