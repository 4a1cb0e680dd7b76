/** Alerts of several servers as those of one: a pair makes one alert, and the earliest moment counts. */

/** How long the last answer of a server that is silent counts, in milliseconds. */
const REMEMBERED_MS = 2_000

interface Described {
  labels: Readonly<Record<string, string>>
}

/** Keeps what the last answers were, so that an alert keeps its earliest moment for as long as any server has it. */
export class AlertsOfReplicas<Alert extends Described> {
  readonly #join: (alerts: readonly [Alert, ...Alert[]], before: Alert | undefined) => Alert
  readonly #last: { atMs: number; alerts: readonly Alert[] }[] = []
  #known = new Map<string, Alert>()

  /** `join` makes one alert of those that have the same labels; `before` is what it made of them at the last look. */
  constructor(join: (alerts: readonly [Alert, ...Alert[]], before: Alert | undefined) => Alert) {
    this.#join = join
  }

  /** One entry of `answers` a server, always in the same order; `undefined` of one that did not answer. */
  merge(answers: readonly (readonly Alert[] | undefined)[], nowMs: number): Alert[] {
    if (answers.length === 1) return [...(answers[0] ?? [])]
    const byLabels = new Map<string, [Alert, ...Alert[]]>()
    for (const [index, answer] of answers.entries()) {
      if (answer !== undefined) this.#last[index] = { atMs: nowMs, alerts: answer }
      const last = this.#last[index]
      if (last === undefined || nowMs - last.atMs > REMEMBERED_MS) continue
      for (const alert of last.alerts) {
        const key = keyOf(alert)
        const same = byLabels.get(key)
        if (same === undefined) byLabels.set(key, [alert])
        else same.push(alert)
      }
    }
    this.#known = new Map([...byLabels].map(([key, same]) => [key, this.#join(same, this.#known.get(key))]))
    return [...this.#known.values()]
  }
}

function keyOf({ labels }: Described): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}
