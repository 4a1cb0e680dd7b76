import type { Journal } from '../drills/journal.ts'

/** The whole journal for machines: one JSON document, with a line feed at its end. */
export function renderJson(journal: Journal): string {
  return `${JSON.stringify(journal, null, 2)}\n`
}
