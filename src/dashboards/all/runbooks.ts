import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../../base/files/package-folder.ts'
import type { DashboardSpec } from '../dashboard.ts'
import { text } from '../panels/text.ts'
import { RUNBOOKS_UID, runbookNames } from '../runbook-names.ts'

export const runbooks: DashboardSpec = {
  uid: RUNBOOKS_UID,
  title: 'Runbooks',
  description:
    'What each alert means, what to look at first, and how to repair. Each alert, and what it is judged by, leads here.',
  tags: ['runbooks'],
  rows: {
    Runbooks: runbookNames.map((name) =>
      text({ title: name, description: `What to do when ${name} fires.`, content: () => readRunbook(name) }),
    ),
  },
}

/** Its text without the title, which is the panel's. */
function readRunbook(name: string): string {
  return readFileSync(join(packageFolder(), 'docs', 'runbooks', `${name}.md`), 'utf8').replace(/^# .*\n+/, '')
}
