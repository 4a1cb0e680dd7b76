import { describe, expect, it } from 'vitest'
import { FiredrillError } from '../base/errors.ts'
import type { Journal } from '../drills/journal/journal.ts'
import { readJournal } from '../drills/journal/read-journal.ts'
import { deviatedJournal, heldJournal } from '../drills/journal/test-journal.ts'
import { reporters } from './reporters.ts'

const HOSTILE = '<img src=x onerror=alert(1)>|`[x](javascript:1)\n\u001b]0;x\u0007\u009b2J\u202e\ud800@someone #1'
/** What each value of a journal is replaced by; `undefined` takes it away. */
const OTHERS = [HOSTILE, 1e308, null, undefined, { a: [HOSTILE] }] as const

type Path = readonly string[]

function leavesOf(value: unknown, path: Path = []): Path[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const own = path.length === 0 ? [] : [path]
  return [...own, ...inner.flatMap(([key, one]) => leavesOf(one, [...path, key]))]
}

function mutated(journal: Journal, path: Path, other: unknown): string {
  const copy = structuredClone(journal) as unknown as Record<string, unknown>
  let at = copy
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>
  at[path.at(-1) ?? ''] = other
  return JSON.stringify(copy)
}

describe('a journal of which any value is another', () => {
  it('is refused by name, or written in every form', { timeout: 60_000 }, () => {
    const journal = { ...heldJournal(), unexpectedAlerts: deviatedJournal().unexpectedAlerts }
    const count = { refused: 0, written: 0 }
    const found: string[] = []
    // Of a list, the first entry stands for all.
    for (const path of leavesOf(journal).filter((one) => !one.some((key) => /^[1-9]/.test(key)))) {
      for (const other of OTHERS) {
        const what = `${path.join('.')} = ${JSON.stringify(other)}`
        let read: Journal
        try {
          read = readJournal(mutated(journal, path, other), 'a.json')
        } catch (error) {
          if (!(error instanceof FiredrillError) || error.code !== 'FD_JOURNAL_INVALID') found.push(`${what}: ${error}`)
          count.refused += 1
          continue
        }
        count.written += 1
        for (const [form, reporter] of Object.entries(reporters)) {
          try {
            const text = reporter.render([read])
            if (form === 'html' && /<img|<script>a/.test(text)) found.push(`${what}: markup in ${form}`)
            if (form === 'markdown' && /<img|[^\\]`|[^\\]\]\(j/.test(text)) found.push(`${what}: markup in ${form}`)
            if (form !== 'json' && HIDDEN.test(text)) found.push(`${what}: hidden characters in ${form}`)
          } catch (error) {
            found.push(`${what}: ${form} ${error}`)
          }
        }
      }
    }
    expect(found).toEqual([])
    expect(count.refused).toBeGreaterThan(700)
    expect(count.written).toBeGreaterThan(150)
  })
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/
