import type { Alertmanager } from '../../../probes/alertmanager.ts'
import type { AlertRule, Prometheus } from '../../../probes/prometheus.ts'
import type { Profile } from '../../../stack/profile.ts'
import type { AlertScope } from '../../evidence/alerts/alert-scope.ts'
import type { Expected } from '../../evidence/expected.ts'
import type { SystemDescription, SystemUnderDrill } from '../../system.ts'
import type { SteadyCheck } from '../../watch/steady-checks.ts'

/** One check of the gate. What it cannot read, it throws: that is a finding too, under the check's name. */
export interface GateCheck {
  /** What is looked at, for people: `Prometheus targets`. */
  readonly name: string
  look(context: GateContext): Promise<GateFinding[]>
}

/** One thing that is not as it must be before a fault. */
export interface GateFinding {
  text: string
  /**
   * How long it may last although nothing is wrong any more, in milliseconds: until an alert's windows have forgotten, the machine
   * has finished other work, or the responder may act again. Missing for what should be gone at once.
   */
  lastsMs?: number
  /**
   * It is over by then without anything being done, in epoch milliseconds, and so may be all else that is wrong: the time in which the system
   * has to be clean begins when it is over.
   */
  overByMs?: number
  /** The machine is what is wrong. */
  ofMachine?: true
  /** `--busy` would tolerate it. */
  busyTolerates?: true
  /** It does not concern this drill: it goes into the journal, and does not keep the gate shut. */
  tolerated?: true
}

export interface GateContext {
  system: Pick<SystemUnderDrill, 'incidents' | 'limits' | 'activeFaults' | 'ending'>
  prometheus: Prometheus
  alertmanager: Alertmanager
  checks: readonly SteadyCheck[]
  drill: { readonly expectations: readonly Expected[] }
  /** Their windows say how long an alert may go on by itself. */
  alertRules: readonly AlertRule[]
  /** Which alerts are of the system. Default: all. */
  alertScope?: AlertScope | undefined
  profile: Profile
  description?: Pick<SystemDescription, 'targets' | 'safety' | 'access'>
  /** `--busy`: alerts of the machine do not keep the gate shut; the bounds of the run widen instead. */
  busy?: boolean
  /** Users run already: what must be true before anything is done has been judged. */
  underLoad?: boolean
  signal?: AbortSignal | undefined
}

/** Bound of one request of a check, in milliseconds. */
export const LOOK_TIMEOUT_MS = 2_000
