import type { Expectation, Story } from '../story/story.ts'

/** The query, the alerts and the incidents that an expectation is about, as they are in the journal. */
export function evidenceOf({ kind, text, samples, observed }: Expectation, story: Story): EvidenceOf {
  const query = kind === 'metric' ? /^\w+: (.+)$/.exec(text)?.[1] : undefined
  const names = new Set(kind === 'noOtherAlert' ? otherAlerts(story) : alertNames(text))
  const alerts = (story.series?.alerts ?? []).filter(({ alertname }) => names.has(alertname))
  const mentioned = [observed, ...samples.map(({ source }) => source)].join(' ')
  const incidents = story.incidents.filter(({ id }) => mentioned.includes(id))
  return {
    ...(query === undefined ? {} : { query }),
    documents: [
      ...alerts.map((alert, index) => ({
        title: `alert ${alert.alertname}${numbered(index, alerts.length)}`,
        text: json(withTimes(alert)),
      })),
      ...incidents.map((incident) => ({ title: `incident ${incident.id}`, text: json(incident) })),
    ].slice(0, MOST_DOCUMENTS),
  }
}

export interface EvidenceOf {
  query?: string
  documents: { title: string; text: string }[]
}

const MOST_DOCUMENTS = 20

/** `firing: ServiceDown{service="store"}` is about ServiceDown. */
function alertNames(text: string): string[] {
  const name = /^(?:firing|pending): ([A-Za-z_]\w*)/.exec(text)?.[1]
  return name === undefined ? [] : [name]
}

function otherAlerts({ journal }: Story): string[] {
  return (journal?.unexpectedAlerts ?? []).map(({ alertname }) => alertname)
}

type Alert = NonNullable<Story['series']>['alerts'][number]

function withTimes({ pendingAtMs, firingAtMs, endedAtMs, ...alert }: Alert): object {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  return { ...alert, activeAt: time(pendingAtMs), firedAt: time(firingAtMs), endedAt: time(endedAtMs) }
}

function numbered(index: number, count: number): string {
  return count > 1 ? ` (${index + 1} of ${count})` : ''
}

function json(value: object): string {
  return JSON.stringify(value, null, 2)
}
