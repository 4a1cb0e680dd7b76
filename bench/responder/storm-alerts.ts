/** Seconds of 2026 that alerts begin in: each number has a start of its own, and so is an alert like none before. */
const FIRST_START_MS = Date.UTC(2026, 0, 1)
const NEVER = '0001-01-01T00:00:00Z'
const SERVICES = ['store', 'quotes', 'worker']
/** Two that the policy acts on, two that it does not know. */
const NAMES = ['APIHighLatency', 'DiskFull', 'ServiceDown', 'CertificateExpires']

/** The labels of the alert with that number, and when it began. */
export function stormAlert(number: number): { labels: Record<string, string>; startsAtMs: number } {
  const service = SERVICES[number % 3] ?? ''
  return {
    labels: {
      alertname: NAMES[number % 4] ?? '',
      instance: `${service}-${1 + (number % 5)}`,
      job: service,
      kind: 'service',
      service,
      severity: 'critical',
    },
    startsAtMs: FIRST_START_MS + number,
  }
}

/** A delivery of those alerts, word for word as Alertmanager writes it. */
export function stormDelivery(numbers: readonly number[]): string {
  const common = `"groupLabels":{"alertname":"ServiceDown"},"commonLabels":{"severity":"critical"},"commonAnnotations":{}`
  const head = `{"receiver":"responder","status":"firing","alerts":[${numbers.map(alertText).join(',')}]`
  return `${head},${common},"externalURL":"http://127.0.0.1:9093","version":"4","groupKey":"{}:{alertname=\\"ServiceDown\\"}","truncatedAlerts":0}`
}

function alertText(number: number): string {
  const { labels, startsAtMs } = stormAlert(number)
  const { instance = '' } = labels
  const annotations = {
    description: `${instance} refuses connections: its process has ended, or the machine that it ran on has.`,
    runbook_url: 'https://example.com/runbooks/ServiceDown.md',
    summary: `${instance} is down`,
  }
  return JSON.stringify({
    status: 'firing',
    labels,
    annotations,
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: NEVER,
    generatorURL: `http://127.0.0.1:9090/graph?g0.expr=up%7Bkind%3D~%22service%7Cresponder%22%7D+%3D%3D+0&g0.tab=1`,
    fingerprint: number.toString(16).padStart(16, '0'),
  })
}
