import { expect, it } from 'vitest'
import { heldJournal } from '../../../../src/drills/journal/test-journal.ts'
import { storyOfJournal } from '../story/story-of-journal.ts'
import { evidenceOf } from './evidence-of.ts'

const story = storyOfJournal(heldJournal())
const evidence = (kind: string) => {
  const expectation = story.expectations.find((one) => one.kind === kind)
  return expectation === undefined ? undefined : evidenceOf(expectation, story)
}

it('a metric shows its query', () => {
  expect(evidence('metric')).toEqual({ query: 'up{service="store"} == 0', documents: [] })
})

it('an alert shows itself as it was, with times that people read', () => {
  const [document] = evidence('alert')?.documents ?? []
  expect(document?.title).toBe('alert ServiceDown')
  expect(JSON.parse(document?.text ?? '')).toMatchObject({
    alertname: 'ServiceDown',
    labels: { severity: 'critical' },
    firedAt: '2026-01-02T03:04:05.290Z',
  })
})

it('an action shows the incident in which it was decided', () => {
  expect(evidence('action')?.documents.map(({ title }) => title)).toEqual(['incident 24ec'])
})
