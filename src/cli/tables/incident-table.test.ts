import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { terminalText } from '../../base/text/terminal-text.ts'
import { readIncidentLog } from '../../responder/incident/incident-log.ts'
import { incidentTable, storyLines } from './incident-table.ts'

/** No terminal. */
const stream = { isTTY: false } as NodeJS.WriteStream
const T0 = Date.parse('2026-01-02T03:04:05.000Z')
const one = { seq: 1, atMs: T0, incident: '00000000000000aa' }
const down = { alertname: 'ServiceDown', service: 'store', instance: 'store-1' }
const restart = { step: 0, action: 'restart', target: 'store-1' }
const lines = [
  {
    ...one,
    event: 'opened',
    number: 1,
    run: 'r',
    alertname: 'ServiceDown',
    labels: down,
    startsAtMs: T0 - 50,
    rule: 'down',
    target: { service: 'store', replica: 'store-1' },
  },
  { ...one, seq: 2, atMs: T0 + 10, event: 'decided', ...restart, reason: 'rule "down", step 1 of 2' },
  { ...one, seq: 3, atMs: T0 + 10, event: 'acting', ...restart, service: 'store' },
  { ...one, seq: 4, atMs: T0 + 800, event: 'acted', ok: true, detail: 'restarted store-1' },
  { ...one, seq: 5, atMs: T0 + 1_300, event: 'verified', outcome: 'ok', detail: 'store-1 healthy since the action' },
  { ...one, seq: 6, atMs: T0 + 1_400, event: 'resolved', endsAtMs: T0 + 1_350 },
  {
    seq: 7,
    atMs: T0 + 2_000,
    incident: '00000000000000bb',
    event: 'opened',
    number: 2,
    run: 'r',
    alertname: 'DiskFull',
    labels: { alertname: 'DiskFull', mount: '/"x' },
    startsAtMs: T0 + 1_990,
  },
  {
    seq: 8,
    atMs: T0 + 2_000,
    incident: '00000000000000bb',
    event: 'suppressed',
    step: 0,
    action: 'none',
    target: '',
    guard: 'no_policy',
    detail: 'no rule of the policy matches DiskFull',
  },
]

let folder: string
let log: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-incidents-'))
  log = join(folder, 'incident_log.jsonl')
  // Killed in the middle of the last line.
  await writeFile(log, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"seq":9,"atMs":1,"inci`)
})
afterEach(() => rm(folder, { recursive: true }))

describe('the incidents of a log', () => {
  it('are listed with what was done about each', async () => {
    const stories = await readIncidentLog(log)
    const table = incidentTable(
      stories.map(({ incident }) => incident),
      stream,
    )
    expect(table.map((line) => line.trimEnd())).toEqual([
      'NO  RECEIVED             ALERT        TARGET   STATUS    WHAT WAS DONE',
      expect.stringMatching(
        /^1 {3}2026-01-0[12] \d\d:\d\d:05 {2}ServiceDown {2}store-1 {2}resolved {2}restart store-1 in 790 ms$/,
      ),
      expect.stringMatching(
        /^2 {3}2026-01-0[12] \d\d:\d\d:07 {2}DiskFull {5}- {8}ignored {3}nothing: no rule of the policy matches the alert$/,
      ),
    ])
  })

  it('are shown as a timeline, from the first alert to the end', async () => {
    const [story] = await readIncidentLog(log)
    expect(story && storyLines(story, stream).map((line) => line.trimEnd())).toEqual([
      'Incident #1: ServiceDown on store-1, resolved',
      '  received  2026-01-02T03:04:05.000Z',
      '  rule      down',
      '  labels    alertname="ServiceDown" service="store" instance="store-1"',
      '',
      '  +0.000 s  opened    received ServiceDown about store-1; rule "down"',
      '  +0.010 s  decided   will restart store-1 (rule "down", step 1 of 2)',
      '  +0.010 s  acting    restart store-1 …',
      '  +0.800 s  acted     restarted store-1',
      '  +1.300 s  verified  it helped: store-1 healthy since the action',
      '  +1.400 s  resolved  the alert is over',
    ])
  })

  it('have no table where there are no incidents', () => expect(incidentTable([], stream)).toEqual([]))
})

describe('an alert that is named by somebody else', () => {
  it('is one line of what can be seen, with colours only of ours', () => {
    const name = '\u001b]0;PWNED\u0007\u001b[2J\u001b[31mx\u202e\n   2  03:04:05  Fine  -  helped'
    const incident = {
      id: 'aa',
      number: 1,
      alertname: name,
      labels: { alertname: name },
      startsAtMs: T0,
      receivedAtMs: T0,
      status: 'escalated',
      target: name,
      inProgress: false,
      actions: [],
      escalation: name,
    } as unknown as Parameters<typeof incidentTable>[0][number]
    const terminal = { isTTY: true } as NodeJS.WriteStream
    const table = incidentTable([incident], terminal)
    const story = storyLines({ incident, timeline: [{ atMs: T0, event: 'opened', text: name }] } as never, terminal)
    expect(table).toHaveLength(2)
    for (const line of [...table, ...story]) {
      const shown = terminalText(line)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(shown.replaceAll(/\u001b\[(?:1|22|31|39)m/g, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
      expect(shown).not.toContain('\u001b[31mx')
    }
  })
})
