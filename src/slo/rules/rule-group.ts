/** Rules that are evaluated one after the other. Without an interval: as often as Prometheus evaluates by default. */
export interface RuleGroup {
  name: string
  interval?: string
  rules: readonly Rule[]
}

/** The clock of the rules: what a duration written in production time is on it. A profile is one. Milliseconds. */
export interface Clock {
  scale(productionMs: number): number
}

/** Rules as Sloth would write them: in production time. */
export const productionClock: Clock = { scale: (ms) => ms }

/** One rule of Prometheus, in the order in which its fields are written. */
export type Rule =
  | { record: string; expr: string; labels: Readonly<Record<string, string>> }
  | {
      alert: string
      expr: string
      for?: string
      labels: Readonly<Record<string, string>>
      annotations: Readonly<Record<string, string>>
    }
