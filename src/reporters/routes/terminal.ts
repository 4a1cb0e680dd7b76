import type { AlertRoute, RoutedAlert, RoutesReport } from '../../routing/routes-report.ts'
import { faultText, momentText, mutedText, receiverText, repeatText, summaryText, waitText } from './sentences.ts'

/** Tables of who is notified of what, as rows; the first of each is its head. */
export interface RouteTables {
  title: string[]
  alerts: string[][]
  faults: string[][]
  notes: string[]
}

export function routeTables(report: RoutesReport): RouteTables {
  const { alerts, faults, rulesFrom, routesFrom, atMs, notes } = report
  const uncertain = alerts.some(({ routes }) => routes.some(({ certain }) => !certain))
  return {
    title: [`alert rules: ${rulesFrom}; routes: ${routesFrom}`, ...(atMs === null ? [] : [`at ${momentText(atMs)}`])],
    alerts: [HEAD, ...distinct(alerts.map(alertRows))],
    faults: faults.length === 0 ? [] : [FAULT_HEAD, ...faults.flatMap((fault) => faultRows(faultText(fault), fault))],
    notes: [
      ...(uncertain ? ['?: only of some of its alerts, by labels that are not known here'] : []),
      ...notes,
      summaryText(report),
    ],
  }
}

const HEAD = ['ALERT', 'NOTIFIED', 'FOR + GROUP WAIT', 'REPEATED', 'ROUTE', 'EXCEPT']
const FAULT_HEAD = ['FAULT', 'DRILL', 'ALERT', 'NOTIFIED', 'FOR + GROUP WAIT', 'EXCEPT']

function alertRows(alert: RoutedAlert): string[][] {
  return alert.routes.map((route, index) => [
    index === 0 ? alert.alert : '',
    receiverText(route),
    waitText(alert, route),
    repeatText(route),
    `${route.route}, line ${route.line}`,
    exceptText(route, index === 0 ? alert.inhibitedBy : []),
  ])
}

/** Rules of one name that differ in nothing that is shown are one row, with their number. */
function distinct(alerts: readonly string[][][]): string[][] {
  const counts = new Map<string, { rows: string[][]; count: number }>()
  for (const rows of alerts) {
    const key = JSON.stringify(rows)
    counts.set(key, { rows, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return [...counts.values()].flatMap(({ rows, count }) =>
    rows.map(([name = '', ...cells]) => [count === 1 || name === '' ? name : `${name} ×${count}`, ...cells]),
  )
}

function exceptText(route: AlertRoute, inhibitedBy: readonly string[]): string {
  const muted = mutedText(route)
  const held = inhibitedBy.length === 0 ? '' : `while ${inhibitedBy.join(' or ')} fires`
  return [muted, held].filter((text) => text !== '').join('; ')
}

function faultRows(name: string, { drill, alerts }: RoutesReport['faults'][number]): string[][] {
  if (drill === '') return [[name, '-', 'no drill expects an alert of it', '', '', '']]
  if (alerts.length === 0) return [[name, drill, 'none expected', '', '', '']]
  const rows = alerts.flatMap((alert) =>
    alert.routes.map((route) => [alert.alert, receiverText(route), waitText(alert, route), mutedText(route)]),
  )
  return rows.map((row, index) => [index === 0 ? name : '', index === 0 ? drill : '', ...row])
}
