import { visibleLine } from '../../base/text/visible.ts'
import type { LintFinding } from '../../lint/finding.ts'

/** Findings for a terminal: where, what, and what would help. */
export function findingLines(
  count: number,
  findings: readonly LintFinding[],
  passedOver: readonly string[] = [],
): string[] {
  const lines = findings.flatMap((finding) => {
    const { kind, from, text, message, expected, given, next, file } = finding
    return [
      visibleLine(`${whereOf(finding)}${kind}: ${message}`),
      ...(text === '' ? [] : [`  at:       ${file === undefined ? `${from + 1}: ` : ''}${visibleLine(text)}`]),
      ...(expected === undefined ? [] : [`  expected: ${visibleLine(expected)}`]),
      ...(given === undefined ? [] : [`  given:    ${visibleLine(given)}`]),
      ...(next === undefined ? [] : [`  next:     ${visibleLine(next)}`]),
    ]
  })
  const [first, ...more] = passedOver
  const others = first === undefined ? [] : [`passed over, without rules: ${visibleLine(first)}${andMore(more.length)}`]
  const found = findings.length === 0 ? 'nothing to find' : counted(findings.length, 'finding')
  return [...lines, ...others, `${counted(count, 'rule')}: ${found}`]
}

/** `file:line:column group/rule: `, as far as it is known. */
function whereOf({ file, line, column, group, rule }: LintFinding): string {
  const place = [file, line, column].filter((one) => one !== undefined).join(':')
  const name = [group, rule].filter((one) => one !== '').join('/')
  const where = [place, name].filter((one) => one !== '').join(' ')
  return where === '' ? '' : `${where}: `
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
const andMore = (count: number): string => (count === 0 ? '' : ` and ${counted(count, 'other file')}`)
