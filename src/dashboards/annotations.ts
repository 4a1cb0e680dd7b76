import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import {
  type AnnotationQuery,
  AnnotationQueryBuilder,
  AnnotationTargetBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Clock } from './clock.ts'
import { datasource, grafanaDatasource } from './datasource.ts'
import { alerts } from './selectors.ts'

/** Marks of faults, alerts and drills on the graphs of every dashboard. */

/** The tag by which the drill runner's annotations are found. */
export const DRILL_TAG = 'firedrill'

// What Grafana's own datasource takes; the SDK's type knows only queries of panels here.
const taggedAnnotations = new AnnotationTargetBuilder()
  .limit(100)
  .matchAny(false)
  .tags([DRILL_TAG])
  .type('tags') as unknown as Builder<Dataquery>

/** What stands behind every graph: faults in force and firing alerts, both from Prometheus, and what the drill runner wrote. */
export function annotations(clock: Clock): Builder<AnnotationQuery>[] {
  return [
    new AnnotationQueryBuilder()
      .name('Faults')
      .datasource(datasource)
      .enable(true)
      .iconColor('orange')
      .expr('max by (fault, service, replica) (firedrill_fault_active) > 0')
      .step(clock.scrape)
      .titleFormat('{{fault}} {{replica}}')
      .tagKeys('fault,service'),
    new AnnotationQueryBuilder()
      .name('Alerts')
      .datasource(datasource)
      .enable(true)
      .iconColor('red')
      .expr(`max by (alertname, service, instance, severity) (${alerts('firing')})`)
      .step(clock.scrape)
      .titleFormat('{{alertname}} {{instance}}')
      .tagKeys('alertname,service,severity'),
    new AnnotationQueryBuilder()
      .name('Drills')
      .datasource(grafanaDatasource)
      .enable(true)
      .iconColor('purple')
      .target(taggedAnnotations),
  ]
}
