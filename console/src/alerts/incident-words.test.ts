import { describe, expect, it } from 'vitest'
import type { IncidentView } from '../../../src/api/contract.ts'
import { entryTone, legsOf, whatWasDone } from './incident-words.ts'

const incident: IncidentView = {
  id: '1',
  number: 1,
  alertname: 'ServiceDown',
  labels: {},
  target: 'store-1',
  status: 'acting',
  inProgress: true,
  startsAtMs: 1_000,
  receivedAtMs: 1_100,
  actions: [],
}
const restart = { action: 'restart', target: 'store-1', actingAtMs: 1_200, actedAtMs: 1_700 }

describe('legsOf', () => {
  it('follows an incident from the alert to its end', () => {
    const whole = {
      ...incident,
      actingAtMs: 1_200,
      actedAtMs: 1_700,
      actionOk: true,
      verifiedAtMs: 2_000,
      resolvedAtMs: 2_500,
    }
    expect(legsOf(whole, 9_000).map(({ name, fromMs, toMs }) => `${name} ${fromMs}–${toMs}`)).toEqual([
      'on its way 1000–1100',
      'deciding 1100–1200',
      'acting 1200–1700',
      'verifying 1700–2000',
      'good again 2000–2500',
    ])
  })

  it('goes on to the end of an action that outlasts the alert', () => {
    const late = {
      ...incident,
      actingAtMs: 1_200,
      actedAtMs: 4_000,
      actionOk: true,
      verifiedAtMs: 5_000,
      resolvedAtMs: 1_300,
    }
    expect(legsOf(late, 9_000).map(({ name, toMs }) => `${name} –${toMs}`)).toEqual([
      'on its way –1100',
      'deciding –1200',
      'acting –4000',
      'verifying –5000',
    ])
  })

  it('ends now while the incident lasts', () => {
    expect(legsOf(incident, 5_000).at(-1)).toMatchObject({ name: 'deciding', toMs: 5_000 })
  })

  it('says that an action failed, and that a person has to act', () => {
    const failed = { ...incident, actingAtMs: 1_200, actedAtMs: 1_700, actionOk: false, escalatedAtMs: 1_800 }
    expect(legsOf(failed, 5_000).slice(-2)).toMatchObject([
      { name: 'the action failed', tone: 'bad' },
      { name: 'left to a person', tone: 'bad' },
    ])
  })
})

describe('whatWasDone', () => {
  it.each([
    [{}, 'Nothing yet'],
    [
      {
        decision: {
          action: 'restart',
          target: 'store-1',
          reason: 'a person is working on it',
          suppressed: 'maintenance',
        },
      },
      'Held back: a person is working on it',
    ],
    [{ actions: [restart] }, 'restart store-1 in 500 ms'],
    [
      { actions: [restart, { ...restart, ok: false }] },
      'restart store-1 in 500 ms, which failed, the last of 2 actions',
    ],
    [{ actions: [{ ...restart, notifies: true }] }, 'Nothing yet'],
    [{ escalation: 'it did not help' }, 'Left to a person: it did not help'],
  ] as [Partial<IncidentView>, string][])('of %j says %s', (more, text) => {
    expect(whatWasDone({ ...incident, ...more })).toBe(text)
  })
})

describe('entryTone', () => {
  it.each([
    ['suppressed', 'held back', 'wait'],
    ['acted', 'failed: exit 1', 'bad'],
    ['acted', 'is healthy', 'none'],
    ['notified', 'could not notify by slack', 'bad'],
    ['verified', 'it did not help: 0.2', 'bad'],
    ['verified', 'it helped: 0', 'good'],
  ])('marks %s, %s as %s', (event, text, tone) => {
    expect(entryTone({ event, text, atMs: 0 })).toBe(tone)
  })
})
