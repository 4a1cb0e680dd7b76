import { html } from './html.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import type { Reporter } from './reporter.ts'
import { terminal } from './terminal-report.ts'

/** Every form that a journal can be given. */
export const reporters = { terminal, markdown, html, junit, json } as const satisfies Record<string, Reporter>

export type ReporterName = keyof typeof reporters
