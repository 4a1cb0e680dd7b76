import { describe, expect, it } from 'vitest'
import type { Journal } from '../drills/journal/journal.ts'
import {
  abortedJournal,
  deviatedJournal,
  heldJournal,
  hostileJournal,
  inconclusiveJournal,
} from '../drills/journal/test-journal.ts'
import { html } from './html.ts'
import { json } from './json.ts'
import { markdown } from './markdown.ts'
import { reporters } from './reporters.ts'
import { terminal } from './terminal-report.ts'

const golden = (name: string) => `../../test/golden/drill/${name}`
const several = [heldJournal(), deviatedJournal(), inconclusiveJournal(), abortedJournal()]

describe('the reports of drills', () => {
  it('are these on a terminal (npm run golden refreshes)', async () => {
    await expect(terminal.render(several)).toMatchFileSnapshot(golden('terminal.txt'))
  })

  it('are these in Markdown', async () => {
    await expect(markdown.render([heldJournal()])).toMatchFileSnapshot(golden('one.md'))
    await expect(markdown.render(several)).toMatchFileSnapshot(golden('several.md'))
  })

  it('are these pages', async () => {
    await expect(html.render([heldJournal()])).toMatchFileSnapshot(golden('one.html'))
    await expect(html.render(several)).toMatchFileSnapshot(golden('several.html'))
  })

  it('are a journal or a list of them in JSON', () => {
    expect(JSON.parse(json.render([heldJournal()]))).toEqual(heldJournal())
    expect(JSON.parse(json.render(several))).toEqual(several)
  })

  it.each(Object.entries(reporters))('end with one line feed: %s', (_, reporter) => {
    expect(reporter.render([heldJournal()])).toMatch(/[^\n]\n$/)
  })
})

describe('a page', () => {
  const page = html.render([hostileJournal()])

  it('needs nothing from elsewhere, and may not ask for it', () => {
    const text = html.render(several)
    expect(text.replaceAll('href="#', '')).not.toMatch(/(src|href)=|@import|url\(/)
    expect(text).toContain(`http-equiv="Content-Security-Policy" content="default-src 'none';`)
  })

  it('holds no script but its own, whatever the journal says', () => {
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;')
    expect(page).not.toContain('alert("1")')
  })

  it('marks on every graph when the fault, the alert and the repair were', () => {
    const graphs = html.render([heldJournal()]).split('<figure>').slice(1)
    expect(graphs.map((graph) => /<figcaption>([^<]*)/.exec(graph)?.[1]?.trim())).toEqual([
      'Requests per second',
      'Failures per second',
      'Latency, 95 of 100 requests',
      'Scrapes (up)',
    ])
    for (const graph of graphs)
      for (const kind of ['fault', 'pending', 'firing', 'action']) expect(graph).toContain(`class="band ${kind}"`)
  })

  it('renders a run that has no graphs, too', () => {
    const text = html.render([inconclusiveJournal()])
    expect(text).toContain('the gate did not pass')
    expect(text).not.toContain('NaN')
    expect(html.render([heldJournal()])).not.toMatch(/NaN|Infinity|undefined/)
  })
})

describe('Markdown', () => {
  it('has as many cells in each row of a table, whatever the journal says', () => {
    const rows = markdown
      .render([hostileJournal()])
      .split('\n')
      .filter((line) => line.startsWith('|'))
    const cells = (row: string) => row.replaceAll('\\|', '').split('|').length
    let columns = 0
    for (const [index, row] of rows.entries()) {
      if (rows[index + 1]?.startsWith('| ---')) columns = cells(row)
      expect(cells(row), row).toBe(columns)
    }
  })

  it('calls nobody, links nothing and holds no HTML of a journal', () => {
    const text = markdown.render([hostileJournal()])
    expect(text).not.toMatch(/<script|@someone|#1(?!\d*;)/)
  })

  it('stays below what a code host takes, with twenty drills', () => {
    const twenty: Journal[] = Array.from({ length: 20 }, deviatedJournal)
    expect(markdown.render(twenty).length).toBeLessThan(65_536)
  })
})
