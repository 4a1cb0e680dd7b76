import { visibleJson } from '../base/text/visible.ts'
import type { Journal } from '../drills/journal/journal.ts'
import type { Reporter } from './reporter.ts'

/** The whole journal for machines: one JSON document, with a line feed at its end. Of several journals a list. */
export const json: Reporter = {
  summary: 'the journals themselves, for programs',
  extensions: ['.json'],
  render: (journals) => (journals.length === 1 ? journals.map(renderJson).join('') : renderJson(journals)),
}

export function renderJson(value: Journal | readonly Journal[]): string {
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`
}
