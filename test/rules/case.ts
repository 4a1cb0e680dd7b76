import { promDuration } from '../../src/base/units/duration.ts'
import type { Profile } from '../../src/stack/profile.ts'

/** Production time between two samples, in milliseconds. */
const STEP_MS = 15_000
const SAMPLES = 240

/** Writes the samples of a series in promtool's notation, on the clock of a profile. */
export interface Samples {
  /** The same value all the time. */
  always(value: number): string
  /** A counter that grows by so much in a second, whatever the clock. */
  perSecond(rate: number): string
  /** A counter that grows by so much in a minute of production time. */
  perMinute(count: number): string
  /** `first` for this number of milliseconds of production time, then `then`. */
  until(productionMs: number, first: number, then: number): string
  /** A duration in production time as seconds of this clock. */
  seconds(productionMs: number): number
}

export interface RuleCase {
  /** Series and their samples. */
  series: (samples: Samples) => Record<string, string>
  /** When it is looked, in milliseconds of production time. */
  atMs: number
  /** Labels that the firing alert has besides those of its definition. Only for a case that fires. */
  labels?: Record<string, string>
}

export interface RuleCases {
  /** The alert fires. */
  fires: RuleCase
  /**
   * The same just below the threshold, or just before it has lasted long enough: the alert does not fire. `never`: it has no
   * threshold and is never quiet.
   */
  quiet: RuleCase | 'never'
}

export function samplesOf(profile: Profile): Samples {
  const seconds = (productionMs: number) => profile.scale(productionMs) / 1_000
  const grow = (step: number) => `0+${Number(step.toPrecision(12))}x${SAMPLES}`
  return {
    seconds,
    always: (value) => `${value}+0x${SAMPLES}`,
    perSecond: (rate) => grow(rate * seconds(STEP_MS)),
    perMinute: (count) => grow(count * (STEP_MS / 60_000)),
    until: (productionMs, first, then) => `${first}+0x${productionMs / STEP_MS - 1} ${then}+0x${SAMPLES}`,
  }
}

/** Which alerts of that name, and with the labels of that selector, fire in a case. */
export interface Expected {
  ruleCase: RuleCase
  alert: string
  /** More matchers, each with a comma before it. */
  selector: string
  firing: Record<string, string>[]
}

/** A test file for promtool. */
export function promtoolTests(profile: Profile, expected: readonly Expected[]): object {
  const onClock = (productionMs: number) => promDuration(profile.scale(productionMs))
  const text = (labels: Record<string, string>) =>
    Object.entries(labels)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(',')
  return {
    rule_files: ['rules.yml'],
    evaluation_interval: onClock(STEP_MS),
    tests: expected.map(({ ruleCase, alert, selector, firing }) => ({
      interval: onClock(STEP_MS),
      input_series: Object.entries(ruleCase.series(samplesOf(profile))).map(([series, values]) => ({ series, values })),
      promql_expr_test: [
        {
          expr: `ALERTS{alertname="${alert}",alertstate="firing"${selector}}`,
          eval_time: onClock(ruleCase.atMs),
          exp_samples: firing.map((labels) => ({
            labels: `ALERTS{${text({ alertname: alert, alertstate: 'firing', ...labels })}}`,
            value: 1,
          })),
        },
      ],
    })),
  }
}
