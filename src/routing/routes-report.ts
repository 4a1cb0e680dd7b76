/** Who is notified of what: made from rules, a configuration of Alertmanager's and drills. Durations in milliseconds. */
export interface RoutesReport {
  kind: 'firedrill routes'
  schemaVersion: 1
  /** What was read, for people. */
  rulesFrom: string
  routesFrom: string
  /** The moment that mute and active times were looked at for, in epoch milliseconds; null where none was named. */
  atMs: number | null
  alerts: RoutedAlert[]
  faults: RoutedFault[]
  /** What keeps this from being the whole truth, in sentences. */
  notes: string[]
}

/** One rule, and the routes that its alerts take. */
export interface RoutedAlert {
  alert: string
  group: string
  labels: Record<string, string>
  forMs: number
  evaluationMs: number
  routes: AlertRoute[]
  /** Names of alerts that hold it back while they fire; where these are many, the matchers that they fit. */
  inhibitedBy: string[]
}

/** A fault of a drill, and who is notified of the alerts that the drill expects of it. */
export interface RoutedFault {
  fault: string
  /** Service or replica; empty for a fault of which no drill expects an alert. */
  target: string
  drill: string
  alerts: Pick<RoutedAlert, 'alert' | 'labels' | 'forMs' | 'routes'>[]
}

export interface AlertRoute {
  receiver: string
  /** The matchers that lead to it. */
  route: string
  /** Where it stands in the configuration. */
  line: number
  /** It takes every alert of the rule; else that depends on labels that are not known. */
  certain: boolean
  /** `slack`, `webhook`; empty: the receiver does nothing. */
  by: string[]
  silent: boolean
  groupBy: string[]
  groupWaitMs: number
  groupIntervalMs: number
  repeatIntervalMs: number
  mutedIn: string[]
  activeIn: string[]
  /** Why it does not notify at that moment; null when it does, or when no moment was named. */
  muted: string | null
}
