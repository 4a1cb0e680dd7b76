import { usageErrors } from '../../base/usage-errors.ts'

/** The name of a namespace, which is a label of DNS. @throws FD_USAGE */
export function readNamespaceName(where: string, name: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return name
  throw usageErrors.error('FD_USAGE', {
    message: 'no name of a namespace',
    where,
    expected: 'at most 63 lowercase letters, digits and hyphens: firedrill',
    given: name,
  })
}
