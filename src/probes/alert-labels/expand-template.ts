import type { RegexGroups } from '../../base/text/linear-regex.ts'

/**
 * A replacement with what the groups matched in the place of `$1`, `$name`, `${1}` and `${name}`, as Go's `Regexp.Expand` reads it:
 * a name is as long as it can be (`$1x` is the group "1x", which is empty), `$$` is a dollar sign, and so is a `$` before nothing
 * that is a name.
 */
export function expandTemplate(template: string, { byNumber, byName }: RegexGroups): string {
  return template.replaceAll(/\$(?:\$|\{\w+\}|\w+)/g, (reference) => {
    if (reference === '$$') return '$'
    const name = reference.replaceAll(/[${}]/g, '')
    return (/^\d+$/.test(name) ? byNumber[Number(name)] : byName[name]) ?? ''
  })
}
