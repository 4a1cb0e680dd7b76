import type { Rule, RuleGroup } from './rule-group.ts'

/** Writes a rule file. */

/** Texts that YAML takes for themselves without quotes, and for nothing else (no number, no boolean, no date). */
const PLAIN = /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[a-zA-Z_][\w./-]*(?::[\w./-]+)*$/i

/**
 * A rule file. Written by hand because a thousand objectives are eight megabytes, for which a general YAML writer takes
 * seconds; a test reads it back with one.
 */
export function rulesYaml(groups: readonly RuleGroup[]): string {
  if (groups.length === 0) return 'groups: []\n'
  const parts = ['groups:\n']
  for (const { name, interval, rules } of groups) {
    parts.push(`  - name: ${scalar(name, 6)}`)
    if (interval !== undefined) parts.push(`    interval: ${scalar(interval, 6)}`)
    parts.push('    rules:\n')
    for (const rule of rules) parts.push(ruleYaml(rule))
  }
  return parts.join('')
}

function ruleYaml(rule: Rule): string {
  let text = ''
  let first = true
  for (const [key, value] of Object.entries(rule)) {
    const lead = first ? '      - ' : '        '
    first = false
    text += typeof value === 'string' ? `${lead}${key}: ${scalar(value, 10)}` : mapping(`${lead}${key}:`, value)
  }
  return text
}

function mapping(lead: string, values: Readonly<Record<string, string>>): string {
  const keys = Object.keys(values)
  if (keys.length === 0) return `${lead} {}\n`
  let text = `${lead}\n`
  for (const key of keys.sort()) text += `          ${plainKey(key)}: ${scalar(values[key] ?? '', 12)}`
  return text
}

function plainKey(key: string): string {
  return PLAIN.test(key) ? key : JSON.stringify(key)
}

/** With its line end. Several lines become a block, which holds every text except one that begins with a space or tab. */
function scalar(value: string, indent: number): string {
  if (PLAIN.test(value)) return `${value}\n`
  const block = value.includes('\n') && /^[^\s]/.test(value) && !/[\r\u0085\u2028\u2029]|[^\n\t\x20-\uffff]/.test(value)
  if (!block) return `${JSON.stringify(value)}\n`
  const trailing = /\n*$/.exec(value)?.[0].length ?? 0
  const keep = trailing === 0 ? '-' : trailing === 1 ? '' : '+'
  const lines = value.slice(0, value.length - Math.min(trailing, 1)).split('\n')
  const margin = ' '.repeat(indent)
  return `|${keep}\n${lines.map((line) => (line === '' ? '' : `${margin}${line}`)).join('\n')}\n`
}
