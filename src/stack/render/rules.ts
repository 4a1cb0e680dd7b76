import { promDuration } from '../../base/duration.ts'
import { probeRoutes } from '../../telemetry/probe-routes.ts'
import type { Profile } from '../profile.ts'
import { renderYaml } from './yaml.ts'

const minute = 60_000

interface AlertRule {
  alert: string
  expr: string
  for?: string
  labels: Record<string, string>
  annotations: Record<string, string>
}

/** The alert rules. Durations are written in production time and put on the profile's clock. */
export function renderRules(profile: Profile): string {
  const { timing } = profile
  const window = promDuration(profile.scale(5 * minute))
  const byUsers = `route!~"${probeRoutes.join('|')}"`
  return renderYaml({
    groups: [
      {
        name: 'liveness',
        interval: promDuration(timing.livenessEvaluationMs),
        rules: serviceDown(profile),
      },
      {
        name: 'errors',
        rules: [
          alert('APIErrorRateHigh', {
            expr: `sum by (service) (rate(http_requests_total{${byUsers},status=~"5.."}[${window}])) / sum by (service) (rate(http_requests_total{${byUsers}}[${window}])) > 0.05`,
            forMs: profile.scale(5 * minute),
            labels: { severity: 'critical' },
            summary: 'More than 5 % of the requests to {{ $labels.service }} fail',
            description: '{{ $value | humanizePercentage }} of the requests were answered with a 5xx status.',
          }),
        ],
      },
    ],
  })
}

/**
 * A dead process refuses connections at once; a busy or hung one lets the scrape run into its timeout. `up` is 0 for
 * both, the scrape's duration tells them apart. So a crash needs no waiting, and a missed scrape raises no false alarm.
 */
function serviceDown({ timing }: Profile): AlertRule[] {
  const down = 'up{kind=~"service|responder"} == 0'
  const halfTimeout = timing.scrapeMs / 2 / 1_000
  return [
    alert('ServiceDown', {
      expr: `${down} and scrape_duration_seconds < ${halfTimeout}`,
      forMs: timing.refusedForMs,
      labels: { severity: 'critical', reason: 'refused' },
      summary: '{{ $labels.instance }} is down',
      description: '{{ $labels.instance }} refuses connections: its process has ended.',
    }),
    alert('ServiceDown', {
      expr: `${down} and scrape_duration_seconds >= ${halfTimeout}`,
      forMs: timing.unresponsiveForMs,
      labels: { severity: 'critical', reason: 'unresponsive' },
      summary: '{{ $labels.instance }} does not answer',
      description: '{{ $labels.instance }} accepts connections but does not answer: it hangs or is overloaded.',
    }),
  ]
}

function alert(
  name: string,
  rule: { expr: string; forMs: number; labels: Record<string, string>; summary: string; description: string },
): AlertRule {
  return {
    alert: name,
    expr: rule.expr,
    ...(rule.forMs === 0 ? {} : { for: promDuration(rule.forMs) }),
    labels: rule.labels,
    annotations: { summary: rule.summary, description: rule.description },
  }
}
