import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import {
  type AnnotationQuery,
  AnnotationQueryBuilder,
  AnnotationTargetBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Clock } from '../clock.ts'
import { marks } from '../marks.ts'
import { datasource, grafanaDatasource } from './datasource.ts'

/** Marks of faults, alerts and drills on the graphs of every dashboard. */

/** The tag by which the drill runner's annotations are found. */
export const DRILL_TAG = 'firedrill'

// What Grafana's own datasource takes; the SDK's type knows only queries of panels here.
const taggedAnnotations = new AnnotationTargetBuilder()
  .limit(100)
  .matchAny(false)
  .tags([DRILL_TAG])
  .type('tags') as unknown as Builder<Dataquery>

/** What stands behind every graph: drills, faults and alerts as Prometheus has them, and what the drill runner wrote. */
export function annotations(clock: Clock): Builder<AnnotationQuery>[] {
  return [
    new AnnotationQueryBuilder()
      .name('Faults')
      .datasource(datasource)
      .enable(true)
      .iconColor('orange')
      .expr(marks.fault.expr)
      .step(clock.scrape)
      .titleFormat(marks.fault.title)
      .tagKeys('fault,service'),
    new AnnotationQueryBuilder()
      .name('Alerts')
      .datasource(datasource)
      .enable(true)
      .iconColor('red')
      .expr(marks.alert.expr)
      .step(clock.scrape)
      .titleFormat(marks.alert.title)
      .tagKeys('alertname,service,severity'),
    new AnnotationQueryBuilder()
      .name('Drills')
      .datasource(datasource)
      .enable(true)
      .iconColor('purple')
      .expr(marks.drill.expr)
      .step(clock.scrape)
      .titleFormat(marks.drill.title)
      .tagKeys('drill'),
    new AnnotationQueryBuilder()
      .name('What drills did')
      .datasource(grafanaDatasource)
      .enable(true)
      .iconColor('purple')
      .target(taggedAnnotations),
  ]
}
