import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
import { shippedKnowledge } from '../../lint/knowledge/shipped-knowledge.ts'
import { alerts } from '../../stack/alerts/alerts.ts'
import { seenOn } from '../../stack/alerts/seen-on.ts'
import { profiles } from '../../stack/profile.ts'
import { catalog } from '../../telemetry/catalog/catalog.ts'
import { dashboards } from '../all/dashboards.ts'
import { dashboardClock } from '../clock.ts'
import type { DashboardSpec } from '../dashboard.ts'
import { renderDashboard } from './render-dashboard.ts'
import { panelsOf, targetsOf } from './rendered.ts'

/*
 * The rules of Grafana's dashboard linter, on what is rendered. Left out, with the reason:
 * - template-job-rule, target-job-rule: the label `service` stands in the place of `job` here. It names the same thing, and
 *   still does where discovery names jobs otherwise; the variable and the matcher are checked by the rules for `service`.
 * - target-logql-rule, target-logql-auto-rule: there are no logs in the dashboards.
 * - template-required-variables-rule, target-required-matchers-rule: for settings of one's own; there are none.
 * - template-label-promql-rule: the variables' queries are made in one place, and the end-to-end test asks a real Prometheus.
 */

/** Series that do not carry the chosen labels, and why they are shown nevertheless. */
const WITHOUT_CHOICE: readonly [metric: RegExp, reason: string][] = [
  [/^ALERTS$/, 'alerts have the labels of their rules'],
  [/^firedrill_client_requests_total$/, 'its instance is control; the service it is about is the label `service`'],
  [/^firedrill_fault_active$/, 'its instance is control; the replica it hits is the label `replica`'],
  [/^responder_actions_total$/, 'on the dashboard of drills: the responder acts for every service'],
  [/^slo:/, 'on the overview: an objective is of a whole service, which has the label `sloth_service`'],
  [/^scrape_/, 'of every target, whichever part of the monitoring is chosen'],
  [/^probe_/, 'of what is probed, not of the exporter'],
  [/^pg_|^redis_(?!app_)/, 'of the one server that all chosen services share'],
]

const clock = dashboardClock(profiles.lab)
const rendered = Object.entries(dashboards).map(([name, spec]) => ({ name, spec, json: renderDashboard(spec, clock) }))
const panels = rendered.flatMap(({ name, spec, json }) =>
  // A text asks nothing, as the linter knows, too.
  panelsOf(json)
    .filter(({ type }) => type !== 'text')
    .map((panel) => ({ where: `${name} / ${panel.title}`, panel, spec })),
)
/** A grammar knows no variables: these stand for them. */
const RATE_INTERVAL = '111s'
const RANGE = '222s'
const queries = panels.flatMap(({ where, panel, spec }) =>
  targetsOf(panel).map((target) => ({
    where: `${where} / ${target.refId}`,
    panel,
    target,
    expr: target.expr.replaceAll('$__rate_interval', RATE_INTERVAL).replaceAll('$__range', RANGE),
    spec,
  })),
)

/** Fails with every place that breaks a rule, not only the first. */
function expectNone(problems: readonly string[]): void {
  expect(problems).toEqual([])
}

describe.each(rendered)('dashboard $name', ({ spec, json }) => {
  const variables = new Map((json.templating.list ?? []).map((variable) => [variable.name, variable]))

  it('has a variable for the datasource (template-datasource-rule), preset to the provisioned one', () => {
    expect(variables.get('datasource')).toMatchObject({ type: 'datasource', query: 'prometheus', label: 'Data source' })
    expect(variables.get('datasource')?.current).toMatchObject({ value: 'firedrill-prometheus' })
  })

  it('lets service and instance be chosen, several at a time and all (template-instance-rule)', () => {
    const labels = spec.choices?.labels ?? []
    expect([...variables.keys()]).toEqual(['datasource', ...labels])
    for (const label of labels) {
      expect(variables.get(label)).toMatchObject({ type: 'query', multi: true, includeAll: true, allValue: '.+' })
      expect(variables.get(label)?.label?.toLowerCase()).toBe(label)
      expect(variables.get(label)?.datasource).toEqual({ type: 'prometheus', uid: `\${datasource}` })
    }
  })

  it('looks for new values when the time range changes (template-on-time-change-reload-rule)', () => {
    const REFRESH_ON_TIME_CHANGE = 2
    for (const variable of variables.values()) {
      if (variable.type === 'query') expect(variable.refresh).toBe(REFRESH_ON_TIME_CHANGE)
    }
  })

  it('cannot be edited in place, since it is provisioned (uneditable-dashboard-rule)', () => {
    expect(json.editable).toBe(false)
  })

  it('looks back from now, and is found by uid and tag', () => {
    expect(json.time).toEqual({ from: expect.stringMatching(/^now-\d+[mh]$/), to: 'now' })
    expect(json.uid).toMatch(/^firedrill-[a-z-]{1,30}$/)
    expect(json.tags).toContain('firedrill')
    expect(json.links?.[0]).toMatchObject({
      type: 'dashboards',
      tags: ['firedrill'],
      keepTime: true,
      includeVars: true,
    })
  })

  it('lays panels out in 24 columns, none over another, each with an id of its own', () => {
    const taken = new Set<string>()
    for (const { gridPos } of json.panels ?? []) {
      if (gridPos === undefined) throw new Error('a panel has no place')
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken).not.toContain(`${x},${y}`)
          taken.add(`${x},${y}`)
        }
      }
    }
    const ids = (json.panels ?? []).map((panel) => panel.id)
    expect(new Set(ids).size).toBe(ids.length)
    const titles = panelsOf(json).map((panel) => panel.title)
    expect(new Set(titles).size).toBe(titles.length)
  })
})

describe('panels', () => {
  const where = (wrong: (panel: Panel) => boolean) => panels.filter(({ panel }) => wrong(panel)).map((one) => one.where)

  it('are many, and each has queries (panel-no-targets-rule)', () => {
    expect(panels.length).toBeGreaterThan(60)
    expectNone(where((panel) => targetsOf(panel).length === 0))
  })

  it('have a title and a description (panel-title-description-rule)', () => {
    expectNone(where((panel) => !/\w/.test(panel.title ?? '') || !/^[A-Z].{20,}[.?]$/.test(panel.description ?? '')))
  })

  it('have a unit that Grafana knows (panel-units-rule)', () => {
    const known = new Set<unknown>(Object.values(units))
    expectNone(where((panel) => !known.has(panel.fieldConfig?.defaults.unit)))
  })

  it('read the chosen datasource (panel-datasource-rule)', () => {
    const chosen = (one: object | undefined) => JSON.stringify(one) === `{"type":"prometheus","uid":"\${datasource}"}`
    expectNone(where((panel) => !chosen(panel.datasource)))
    expectNone(where((panel) => targetsOf(panel).some((target) => !chosen(target.datasource))))
  })
})

describe('queries', () => {
  const where = (wrong: (query: (typeof queries)[number]) => unknown[]) =>
    queries.flatMap((query) => wrong(query).map((found) => `${query.where}: ${found}`))

  it('are PromQL (target-promql-rule)', () => {
    expectNone(where(({ expr }) => nodesOf(expr, '⚠').map(({ text }) => text || 'incomplete')))
  })

  it('take windows that fit the scrapes (target-rate-interval-rule)', () => {
    const wrong = where(({ target, expr }) =>
      nodesOf(expr, 'MatrixSelector')
        .map(({ text }) => /\[([^\]]*)\]$/.exec(text)?.[1])
        // The whole range is for one value at its end.
        .filter((window) => window !== RATE_INTERVAL && !(window === RANGE && target.instant)),
    )
    expectNone(wrong)
  })

  it('take counters only as rates or increases (target-counter-agg-rule)', () => {
    const wrong = where(({ expr }) =>
      nodesOf(expr, 'VectorSelector')
        .filter(({ metric }) => /_(?:total|count|sum|bucket)$/.test(metric))
        .filter(({ callers }) => !/^(?:rate|irate|increase)$/.test(callers[0] ?? '') && callers[0] !== 'count')
        .map(({ text }) => text),
    )
    expectNone(wrong)
  })

  it('keep to what is chosen (target-instance-rule, and the same for service)', () => {
    const wrong = where(({ expr, spec }) =>
      nodesOf(expr, 'VectorSelector')
        .filter(({ metric }) => !WITHOUT_CHOICE.some(([exempt]) => exempt.test(metric)))
        .flatMap(({ text }) =>
          (spec.choices?.labels ?? [])
            .filter((name) => !text.includes(`${labelOf(spec, name)}=~"$${name}"`))
            .map(() => text),
        ),
    )
    expectNone(wrong)
  })

  it('name metrics of ours that exist, also where a panel is quiet', () => {
    const ours = /^(?:firedrill|http|db|redis_app|items|transactions|stock|worker|responder|proxy|toxiproxy)_/
    const wrong = where(({ expr }) =>
      nodesOf(expr, 'VectorSelector')
        .map(({ metric }) => metric)
        .filter((metric) => ours.test(metric) && !(metric.replace(/_(?:bucket|sum|count)$/, '') in catalog)),
    )
    expectNone(wrong)
  })

  it('leave out a choice only for series that lack the label, all of which are shown', () => {
    const shown = queries.flatMap(({ expr }) => nodesOf(expr, 'VectorSelector').map(({ metric }) => metric))
    const needless = WITHOUT_CHOICE.filter(([exempt]) => !shown.some((metric) => exempt.test(metric)))
    expectNone(needless.map(([exempt]) => String(exempt)))
  })

  it('show nothing, rather than NaN, where there is nothing to divide or to take a quantile of', () => {
    const wrong = where(({ expr }) => {
      const guarded = />=? 0\)?$|\(.* > 0\)/.test(expr)
      const quotient = nodesOf(expr, 'BinaryExpr').some(({ text }) => /rate\(.*\/.*rate\(/s.test(text))
      return (quotient || expr.includes('histogram_quantile(')) && !guarded ? [expr] : []
    })
    expectNone(wrong)
  })

  it('name the instance in the legend where each instance has a series of its own', () => {
    const wrong = where(({ expr, target, spec, panel }) => {
      const isOwn =
        spec.choices?.labels.includes('instance') === true && expr.includes('$instance') && panel.type !== 'table'
      return isOwn && nodesOf(expr, 'AggregateExpr').length === 0 && !target.legendFormat?.includes('{{instance}}')
        ? [target.legendFormat]
        : []
    })
    expectNone(wrong)
  })

  it('have the unit of a rate where they are one, and none where they count cores', () => {
    const PER_SECOND = /^(?:cps|ops|rps|wps|reqps|eps|mps|iops|binBps|Bps|pps)$/
    const wrong = where(({ expr, panel }) => {
      const unit = panel.fieldConfig?.defaults.unit ?? ''
      const counter = /^(?:sum (?:by \([^)]*\) )?\()?rate\((\w+)[^[]*\[[^\]]*\]\)\)?$/.exec(expr)?.[1]
      if (counter === undefined) return []
      // Seconds per second are a share of one core, or cores: of one loop at most one.
      const fits = /_seconds_(?:total|sum)$/.test(counter)
        ? unit === (/cpu/.test(counter) ? 'none' : 'percentunit')
        : PER_SECOND.test(unit)
      return fits ? [] : [`${unit}: ${expr}`]
    })
    expectNone(wrong)
  })

  it('group by a label of the series itself where the target has one of that name: Prometheus calls it exported_', () => {
    const { series } = shippedKnowledge(profiles.lab)
    const wrong = where(({ expr }) => {
      const groups = nodesOf(expr, 'GroupingLabels').flatMap(({ text }) => text.match(/\w+/g) ?? [])
      const metrics = nodesOf(expr, 'VectorSelector').map(({ metric }) => metric)
      // But for the series that keep their own labels, where they are asked for.
      const renamed = groups.filter((label) => !expr.includes(`exported_${label}=""`))
      return renamed.filter((label) => metrics.some((metric) => series.get(metric)?.labels.has(`exported_${label}`)))
    })
    expectNone(wrong)
  })

  it('distinguish their series in the legend', () => {
    const wrong = where(({ expr, target, panel }) => {
      if (panel.type === 'table') return []
      const outermost = /^\w+ by \(([^)]*)\)/.exec(nodesOf(expr, 'AggregateExpr')[0]?.text ?? '')
      const labels = outermost?.[1]?.match(/\w+/g) ?? []
      return labels.filter((label) => label !== 'le' && !target.legendFormat?.includes(`{{${label}}}`))
    })
    expectNone(wrong)
    expectNone(where(({ target }) => (/\w/.test(target.legendFormat ?? '') ? [] : ['no legend'])))
  })
})

/** The label that a variable chooses from. */
function labelOf({ choices }: DashboardSpec, variable: 'service' | 'instance' | 'route'): string {
  return variable === 'service' ? (choices?.serviceLabel ?? 'service') : variable
}

interface Node {
  text: string
  /** The metric's name, of a selector. */
  metric: string
  /** The functions and aggregations it stands in, the nearest first. */
  callers: string[]
}

/** The parts of an expression of one kind, as Prometheus' own grammar sees it. */
function nodesOf(expr: string, kind: string): Node[] {
  const found: Node[] = []
  parser.parse(expr).iterate({
    enter: ({ name, from, to, node }) => {
      if (name !== kind) return
      const callers: string[] = []
      for (let parent = node.parent; parent !== null; parent = parent.parent) {
        const call = parent.getChild('FunctionIdentifier') ?? parent.getChild('AggregateOp')
        if (call !== null) callers.push(expr.slice(call.from, call.to))
      }
      const text = expr.slice(from, to)
      found.push({ text, metric: /^[\w:]*/.exec(text)?.[0] ?? '', callers })
    },
  })
  return found
}

describe('ways on', () => {
  const urls = (name: string) => JSON.stringify(rendered.find((one) => one.name === name)?.json)

  it('lead from the panel that each alert is judged by to its runbook, which is there', () => {
    const missing = [...new Set([...alerts.map(({ alert }) => alert), 'ErrorBudgetBurn', 'SLODataAbsent'])].flatMap(
      (name) => {
        const seen = seenOn[name]
        const panel = panels.find(
          ({ panel, spec }) => spec.uid === `firedrill-${seen?.dashboard}` && panel.title === seen?.panel,
        )
        const link = panel?.panel.links?.find(({ title }) => title === `Runbook: ${name}`)
        const id = Number(/^\/d\/firedrill-runbooks\?viewPanel=(\d+)$/.exec(link?.url ?? '')?.[1])
        const runbook = rendered
          .find(({ json }) => json.uid === 'firedrill-runbooks')
          ?.json.panels?.find((one) => one.id === id)
        return runbook?.title === name ? [] : [name]
      },
    )
    expectNone(missing)
    // And no more: every place is one of an alert that there is.
    expect(Object.keys(seenOn)).toHaveLength(new Set(alerts.map(({ alert }) => alert)).size + 2)
  })

  it('lead from every dashboard to the runbooks', () => {
    expectNone(rendered.filter(({ json }) => json.links?.[1]?.url !== '/d/firedrill-runbooks').map(({ name }) => name))
  })

  it('lead from a series of a route to that route, and of a service to its routes', () => {
    const [traffic, slowest] = ['Request rate by route and method', 'Slowest routes'].map(
      (title) => panels.find(({ panel }) => panel.title === title)?.panel.fieldConfig?.defaults.links?.[0],
    ) as unknown as { title: string; url: string }[]
    expect(traffic).toMatchObject({
      title: 'This route',
      url: expect.stringMatching(
        /^\/d\/firedrill-endpoints\?var-service=\$\{__field\.labels\.service:percentencode\}&var-route=\$\{__field\.labels\.route:percentencode\}&/,
      ),
    })
    expect(slowest?.url).toContain(`var-route=\${__data.fields.route:percentencode}`)
    expect(urls('overview')).toContain('Routes of this service')
  })

  it('lead from an alert to its own runbook, and from one on a budget to that of budgets', () => {
    const shown = panels.find(({ where }) => where === 'drills / Alerts')?.panel
    const override = shown?.fieldConfig?.overrides?.find(({ matcher }) =>
      new RegExp(String(matcher.options)).test('ServiceDown store-1'),
    )
    expect(JSON.stringify(override?.properties)).toContain('Runbook: ServiceDown')
    expect(urls('objectives')).toContain(`"title":"Runbook","type":"link"`)
  })
})
