import type { Journal } from '../drills/journal/journal.ts'
import { drillSection } from './drill/section.ts'
import { escapeHtml } from './page/escape.ts'
import { page } from './page/page.ts'
import { table } from './page/table.ts'
import type { Reporter } from './reporter.ts'
import { runNames } from './run-names.ts'
import { blindSpotOf, repairedMs, repairerText, secondsOrDash } from './text/sentences.ts'

/** A page that needs nothing but itself, to read, to print and to put into a post-mortem. */
export const html: Reporter = {
  summary: 'a page that needs nothing but itself, with a timeline over graphs',
  extensions: ['.html', '.htm'],
  render: (journals) => {
    const [first] = journals
    const title = journals.length === 1 ? (first?.drill.title ?? '') : `${journals.length} drills`
    const names = runNames(journals)
    const sections = journals.map((journal, index) =>
      drillSection(journal, { id: `drill-${index + 1}`, name: names[index] ?? '' }),
    )
    return page(`Firedrill: ${title}`, [...overview(journals), ...sections].join('\n'))
  },
}

function overview(journals: readonly Journal[]): string[] {
  if (journals.length === 1) return []
  const names = runNames(journals)
  const rows = journals.map((journal, index) => [
    names[index] ?? '',
    journal.verdict,
    secondsOrDash(journal.mttdMs),
    secondsOrDash(repairedMs(journal)),
    repairerText(journal) ?? '–',
    secondsOrDash(blindSpotOf(journal)),
  ])
  const header = ['drill', 'verdict', 'detected', 'repaired', 'by whom', 'blind spot']
  const list = journals.map(
    ({ verdict }, index) =>
      `<li><a href="#drill-${index + 1}">${escapeHtml(names[index] ?? '')}</a> <strong class="${verdict}">${verdict}</strong></li>`,
  )
  return [
    `<header><h1>${journals.length} drills</h1>\n<ul>${list.join('\n')}</ul>`,
    `${table([header, ...rows], { text: [0, 4] })}</header>`,
  ]
}
