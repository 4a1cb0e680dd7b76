import { readJsonLines } from '../../base/files/json-lines.ts'
import type { Incident } from './incident.ts'
import { type IncidentStory, storyOf } from './incident-view.ts'
import { readRecord } from './old-record.ts'
import type { LogRecord } from './record.ts'
import { apply, emptyState } from './state.ts'

/** Every incident that the log and its older files still contain, oldest first; also after kill -9, and while it is written. */
export async function readIncidentLog(path: string): Promise<IncidentStory[]> {
  const state = emptyState()
  const all = new Map<string, Incident>()
  await readJsonLines<LogRecord>(path, (line) => {
    const record = readRecord(line)
    apply(state, record)
    if (record.event !== 'opened') return
    const opened = state.incidents.get(record.incident)
    if (opened !== undefined) all.set(record.incident, opened)
  })
  return [...all.values()].sort((a, b) => a.number - b.number).map((incident) => storyOf(incident))
}
