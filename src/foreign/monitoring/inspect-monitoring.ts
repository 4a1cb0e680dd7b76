import { messageOf } from '../../base/errors.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { pollFor } from '../../base/wait.ts'
import { clockDifferences } from '../../drills/clocks/clock-difference.ts'
import { sentLabels } from '../../probes/alert-labels/alert-labels.ts'
import { isDropped } from '../../probes/alert-labels/rule-labels.ts'
import { Alertmanager } from '../../probes/alertmanager.ts'
import { notServed } from '../../probes/errors.ts'
import type { ProbeAccess, ProbeOptions } from '../../probes/json.ts'
import { formatLabels, Prometheus, type ScrapeTarget } from '../../probes/prometheus.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'
import type { SystemFinding } from '../system-finding.ts'
import { addressesOf, openMonitoring } from './monitoring.ts'
import { linesFor, type MonitoringReading, readMonitoringOf } from './read-clocks.ts'

/** Whether the monitoring of a foreign system is there, and what it shows of itself. */

const ASK_MS = 5_000
/** Prometheus looks for its Alertmanagers again when it has started or read its configuration, about 5 s later. */
const ALERTMANAGERS_FOUND_MS = 15_000

/** Adds a finding. */
export type Report = (
  name: string,
  status: SystemFinding['status'],
  detail: string | Pick<SystemFinding, 'detail' | 'help' | 'paste'>,
) => void

interface Inspecting {
  env: NodeJS.ProcessEnv
  signal: AbortSignal | undefined
  report: Report
}

/** Resolves with the targets that are scraped; `undefined` when Prometheus does not answer. Rejects only when a token is missing. */
export async function inspectMonitoring(
  system: ForeignSystem,
  { env, signal, report }: Inspecting,
): Promise<readonly ScrapeTarget[] | undefined> {
  const { prometheus, alertmanager, access } = openMonitoring(system, env)
  const options = { timeoutMs: ASK_MS, signal }
  const attempt = async (name: string, url: string, look: () => Promise<string>): Promise<void> => {
    try {
      report(name, 'ok', await look())
    } catch (error) {
      signal?.throwIfAborted()
      report(name, 'bad', `${url}: ${messageOf(error)}`)
    }
  }
  const { rules = addressesOf(system.prometheus) } = system.prometheus
  for (const url of addressesOf(system.prometheus)) {
    await attempt('prometheus', url, async () => {
      const one = new Prometheus(url, alone(access.prometheus))
      const version = await one.version(options).catch(notServed)
      await one.query('vector(1)', options)
      const also = rules.includes(url) ? `, ${(await one.alertRules(options)).length} alerting rules` : ''
      return `${version || 'version not shown,'} at ${url}${also}`
    })
  }
  for (const url of rules.filter((one) => !addressesOf(system.prometheus).includes(one))) {
    await attempt('rules', url, async () => {
      const one = new Prometheus(url, alone(access.prometheus))
      return `${(await one.alertRules(options)).length} alerting rules at ${url}`
    })
  }
  for (const url of addressesOf(system.alertmanager)) {
    await attempt('alertmanager', url, async () => {
      const { version } = await new Alertmanager(url, alone(access.alertmanager)).status(options)
      return `${version || 'version not shown,'} at ${url}`
    })
  }
  const reading = await readMonitoringOf({ prometheus, alertmanager }, system, signal).catch((error: unknown) => {
    signal?.throwIfAborted()
    // Who does not answer has been reported.
    if ((error as { code?: unknown }).code !== 'FD_FOREIGN_MONITORING') report('clocks', 'bad', messageOf(error))
    return undefined
  })
  if (reading === undefined) return await prometheus.targets(options).catch(() => undefined)
  if (reading.answers.alertRules.length === 0) {
    report('rules', 'bad', 'there is no alerting rule: a drill has nothing to expect')
  }
  // What answers no query has been reported.
  const different = await clockDifferences(prometheus, options).catch(() => [])
  signal?.throwIfAborted()
  for (const detail of different) {
    report('clocks', 'bad', { detail, help: ['let one time server set the clocks of both machines (NTP)'] })
  }
  reportSending(reading, await alertmanagersFound(reading, prometheus, options), report)
  reportClocks(reading, system, report)
  reportLabels(reading, rules, report)
  return reading.answers.targets
}

/** One server for itself. */
function alone({ authorization, headers, door }: ProbeAccess): ProbeAccess {
  return { authorization, headers, door }
}

/** The Alertmanagers that alerts are sent to, once Prometheus has had the time to find those that it is configured with. */
function alertmanagersFound(
  reading: MonitoringReading,
  prometheus: Prometheus,
  options: ProbeOptions,
): Promise<readonly string[] | undefined> {
  const isFound = (found: readonly string[] | undefined) => found === undefined || found.length > 0
  if (isFound(reading.alertmanagers) || !namesAlertmanagers(reading)) return Promise.resolve(reading.alertmanagers)
  const look = () => prometheus.alertmanagers(options).catch(() => [])
  return pollFor(look, { ...options, until: isFound, timeoutMs: ALERTMANAGERS_FOUND_MS, intervalMs: 500 })
}

function namesAlertmanagers({ answers: { prometheusConfig } }: MonitoringReading): boolean {
  return /^ +alertmanagers:$/m.test(prometheusConfig ?? '')
}

function reportSending(reading: MonitoringReading, found: readonly string[] | undefined, report: Report): void {
  if (found === undefined) {
    report('alertmanager', 'note', 'not shown: to which Alertmanager alerts are sent')
    return
  }
  if (found.length > 0) {
    report('alertmanager', 'ok', `Prometheus sends to ${found.join(', ')}`)
    return
  }
  const [detail, help] = namesAlertmanagers(reading)
    ? [
        'Prometheus has found none of the Alertmanagers that its configuration names',
        'its page /service-discovery and its log: the discovery under alerting.alertmanagers',
      ]
    : ['Prometheus sends to none', 'alerting.alertmanagers in the configuration of Prometheus']
  report('alertmanager', 'bad', { detail, help: [help] })
}

function reportClocks({ clocks }: MonitoringReading, system: ForeignSystem, report: Report): void {
  const { missing, sources, assumed, timing } = clocks
  if (missing.length > 0) {
    const detail = `${sources.join(', ')}: the monitoring does not show ${missing.map(({ what }) => what).join(', ')}`
    report('clocks', 'bad', {
      detail,
      help: [`in ${system.file}: ${linesFor(clocks)}, with the values of your configuration`],
    })
  } else report('clocks', 'ok', sources.join(', '))
  for (const text of assumed) report('clocks', 'note', text)
  const stated: [string, number | undefined, number | undefined][] = [
    ['scrape', system.clocks.scrapeMs, timing?.scrapeMs],
    ['evaluation', system.clocks.evaluationMs, timing?.livenessEvaluationMs],
    ['groupWait', system.clocks.groupWaitMs, timing?.groupWaitMs],
  ]
  for (const [name, statedMs, shownMs] of stated) {
    if (statedMs === undefined || shownMs === undefined || statedMs === shownMs) continue
    const shown = `the monitoring shows ${formatDuration(shownMs)}, which counts`
    report('clocks', 'note', `clocks.${name} states ${formatDuration(statedMs)}, and ${shown}`)
  }
}

/** What becomes of the labels of alerts on their way: where that is not known, where replicas differ, where alerts are dropped. */
function reportLabels({ alertLabels, answers }: MonitoringReading, rules: readonly string[], report: Report): void {
  const { labels, why } = alertLabels
  if (why !== undefined) report('labels', 'note', why)
  const known = labels.flatMap((change) => (change === undefined ? [] : [change]))
  const added = known.map((change) => formatLabels(sentLabels({}, change) ?? {}))
  if (new Set(added).size > 1) {
    report('labels', 'bad', {
      detail: `${rules.join(' and ')} send other labels, ${added.join(' and ')}: each alert arrives once from each`,
      help: ['alerting.alert_relabel_configs: [{ action: labeldrop, regex: NAME_OF_THE_LABEL }]'],
    })
  }
  const [change] = known
  if (change === undefined) return
  const dropped = answers.alertRules.filter((rule) => isDropped({ ...rule, sent: change }))
  if (dropped.length === 0) return
  const names = [...new Set(dropped.map(({ alert }) => alert))].join(', ')
  report('labels', 'note', `alert_relabel_configs drops these alerts before Alertmanager has them: ${names}`)
}
