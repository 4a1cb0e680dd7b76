import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { readIncidentLog } from './incident-log.ts'
import { readRecord } from './old-record.ts'

let folder: string | undefined
afterEach(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true })
  folder = undefined
})

const at = (seq: number) => ({ seq, atMs: seq * 1_000, incident: 'a1' })
const action = { step: 0, action: 'notify', target: 'store', service: 'store' }
/** As a log was written before. */
const OLD = [
  { ...at(1), event: 'opened', number: 1, run: 'r', alertname: 'Down', labels: {}, startsAtMs: 500, rule: 'down' },
  { ...at(2), event: 'acting', ...action, telling: true },
  { ...at(3), event: 'acted', ok: true, detail: 'notified by slack' },
  { ...at(4), event: 'escalated', reason: 'no action has helped' },
  { ...at(5), event: 'told', channel: 'email', ok: false, detail: 'refused' },
]

it('the incident log of an earlier version is read: its notifications repair nothing, and stand in the story', async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-old-log-'))
  const path = join(folder, 'incident_log.jsonl')
  await writeFile(path, OLD.map((record) => `${JSON.stringify(record)}\n`).join(''))
  const [story, ...more] = await readIncidentLog(path)
  expect(more).toEqual([])
  expect(story?.incident.actions).toEqual([
    {
      action: 'notify',
      target: 'store',
      actingAtMs: 2_000,
      actedAtMs: 3_000,
      ok: true,
      detail: 'notified by slack',
      notifies: true,
    },
  ])
  expect(story?.incident).not.toHaveProperty('actingAtMs')
  expect(story?.timeline.at(-1)).toEqual({ atMs: 5_000, event: 'notified', text: 'could not notify by email: refused' })
})

it('a line in the words of today is read as it is', () => {
  const record = { ...at(2), event: 'acting', ...action, notifies: true } as const
  expect(readRecord(record)).toBe(record)
})
