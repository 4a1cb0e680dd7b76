import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Limits } from '../panel.ts'

/** Green, then yellow, then red, in the direction in which it gets worse. Without limits nothing is coloured. */
export function thresholds(limits: Limits | undefined): ThresholdsConfigBuilder {
  const builder = new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute)
  if (limits === undefined) return builder.steps([{ value: null, color: 'text' }])
  const { warn, bad, below } = limits
  if (below) {
    return builder.steps([
      { value: null, color: 'red' },
      ...(warn === undefined ? [] : [{ value: bad, color: 'yellow' }]),
      { value: warn ?? bad, color: 'green' },
    ])
  }
  return builder.steps([
    { value: null, color: 'green' },
    ...(warn === undefined ? [] : [{ value: warn, color: 'yellow' }]),
    { value: bad, color: 'red' },
  ])
}
