import type { ActiveAlert } from '../prometheus-data.ts'

/** One alert of those that replicas have with the same labels: firing where any fires, and active since the earliest moment. */
export function joinActive(
  alerts: readonly [ActiveAlert, ...ActiveAlert[]],
  before: ActiveAlert | undefined,
): ActiveAlert {
  const moments = [...alerts, ...(before === undefined ? [] : [before])].map(({ activeAtMs }) => activeAtMs)
  const state = alerts.some((one) => one.state === 'firing') ? 'firing' : 'pending'
  return { ...alerts[0], state, activeAtMs: Math.min(...moments) }
}
