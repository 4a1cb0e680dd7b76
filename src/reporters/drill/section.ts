import { largest } from '../../base/largest.ts'
import { formatAlert } from '../../drills/evidence/other-alerts.ts'
import type { Journal } from '../../drills/journal/journal.ts'
import type { OtherAlert } from '../../drills/journal/schema/alert.ts'
import { firstSeenMs } from '../../drills/judge/stages.ts'
import { escapeHtml } from '../page/escape.ts'
import { facts, table, tiles } from '../page/table.ts'
import { amount, amountMs, amountPercent } from '../text/amounts.ts'
import {
  blindSpotOf,
  burntBudgets,
  burntText,
  countedFrom,
  elapsedMs,
  expectationText,
  floorText,
  machineText,
  measuredText,
  outcomeOf,
  repairedMs,
  repairedWith,
  repairerText,
  safetyText,
  secondsOrDash,
  signedSeconds,
  usersText,
  VERDICT_MEANING,
  zeroOf,
} from '../text/sentences.ts'
import { graphs } from './graphs.ts'
import { spanOf } from './span.ts'
import { timeline } from './timeline.ts'

/** One drill as a section of a page: the verdict first, then the story, then what it was concluded from. */
export function drillSection(journal: Journal, { id, name }: { id: string; name: string }): string {
  const span = spanOf(journal)
  return `<section id="${id}">
${[
  head(journal, name),
  figures(journal),
  timeline(journal, span),
  `<div class="charts">${graphs(journal, span).join('\n')}</div>`,
  expectations(journal),
  stages(journal),
  users(journal),
  budgets(journal),
  faults(journal),
  alerts(journal),
  machine(journal),
  about(journal),
]
  .filter((part) => part !== '')
  .join('\n')}
</section>`
}

function head(
  { drill, verdict, reasons, startedAt, profile, runtime, safety, seed, parameters }: Journal,
  name: string,
): string {
  const settings = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
  const run = [
    startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
    `profile ${profile ?? '–'}`,
    `runtime ${runtime ?? '–'}`,
    ...(safety === null ? [] : [`environment ${safety.environment}`]),
    `seed ${seed}`,
    ...settings,
  ]
  const list = reasons.map((reason) => `<li>${escapeHtml(reason)}</li>`)
  return `<h1>${escapeHtml(name)}</h1>
<p class="dim">${escapeHtml(run.join(' · '))}</p>
<p><strong class="${verdict}">${verdict}</strong>: ${escapeHtml(VERDICT_MEANING[verdict])}</p>
${drill.why === '' ? '' : `<p class="dim">${escapeHtml(drill.why)}</p>`}
${list.length === 0 ? '' : `<ul>${list.join('\n')}</ul>`}`
}

function figures(journal: Journal): string {
  const { mttdMs, mttdStage = 'received', felt, load, floor, budgets, verdict } = journal
  const from = countedFrom(journal)
  const repairer = repairerText(journal)
  const { failures, requests } = felt ?? load ?? { failures: 0, requests: 0 }
  const burnt = largest(
    budgets.map(({ byEvents }) => byEvents?.burntRatio ?? 0),
    0,
  )
  // Alertmanager waits for more alerts only once it has this one.
  const detected =
    floor === null ? '' : `, floor ${floorText(mttdStage === 'notified' ? floor.firing : floor.received)}`
  return tiles([
    { value: verdict, name: 'verdict', tone: verdict },
    { value: secondsOrDash(mttdMs), name: `${from} → ${mttdStage}${detected}` },
    {
      value: secondsOrDash(repairedMs(journal)),
      name: `${from} → ${repairedWith(journal)}${repairer === undefined ? '' : `, ${repairer}`}`,
    },
    { value: `${amount(failures)} of ${amount(requests)}`, name: 'requests failed' },
    { value: secondsOrDash(felt?.windowMs ?? null), name: 'users were failed for' },
    { value: secondsOrDash(blindSpotOf(journal)), name: 'blind spot: first seen − first failure' },
    { value: budgets.length === 0 ? '–' : amountPercent(burnt), name: 'of an error budget, at most' },
  ])
}

const OUTCOMES = { met: 'met', missed: 'not met', 'not tried': '–' } as const
const CLASSES = { met: 'good', missed: 'bad', 'not tried': '' } as const

function expectations({ expectations }: Journal): string {
  if (expectations.length === 0) return ''
  const rows = expectations.map((one) => [
    expectationText(one),
    OUTCOMES[outcomeOf(one)],
    secondsOrDash(one.sinceInjectedMs),
    one.floor === null ? '' : floorText(one.floor),
    one.observed,
  ])
  const samples = expectations.flatMap((one) =>
    one.samples.map(({ atMs, source, value, passes }) => [
      one.text,
      atMs === null ? '–' : new Date(atMs).toISOString().slice(11, 23),
      source,
      String(value),
      passes ? 'passes' : 'does not',
    ]),
  )
  const judged =
    samples.length === 0
      ? ''
      : `<details><summary>What each was judged by: ${amount(samples.length)} samples</summary>
${table([['expectation', 'at (UTC)', 'read from', 'value', ''], ...samples], { text: [0, 2] })}</details>`
  const classOf = (row: number) => CLASSES[outcomeOf(expectations[row] ?? { met: false, tried: false })]
  return `<h2>Expectations</h2>
${table([['expected', '', 'after', 'floor', 'observed'], ...rows], { classOf, text: [0, 4] })}
${judged}`
}

function stages({ stages }: Journal): string {
  if (stages.length === 0) return ''
  const rows = stages.map(({ name, sinceInjectedMs, resolutionMs, detail, source }) => [
    name,
    sinceInjectedMs === null ? '–' : `${signedSeconds(sinceInjectedMs)} s`,
    `±${resolutionMs} ms`,
    detail,
    source,
  ])
  return `<h2>Stages</h2>
${table([['stage', 'since injected', 'resolution', 'what', 'time is from'], ...rows], { text: [3, 4] })}`
}

function users(journal: Journal): string {
  const { felt, load } = journal
  const users = usersText(journal)
  if (users === undefined || load === null) return ''
  const zeroMs = zeroOf(journal)
  const at = (ms: number | null | undefined) => (ms ? `${signedSeconds(ms - zeroMs)} s` : '–')
  const seen = firstSeenMs(journal.stages)
  const { latencyMs, saturation } = load
  const crowd = load.users === null ? `${load.ratePerSecondPlanned ?? '–'}/s` : `${load.users} users`
  const causes = Object.entries(load.failuresByCause).map(([cause, count]) => `${cause}: ${amount(count)}`)
  return `<h2>What users felt, and what monitoring saw</h2>
<p>${escapeHtml(users)}.</p>
${facts([
  ['first failure', at(felt?.firstFailureMs)],
  ['first seen by the monitoring', at(seen)],
  ['last failure', at(felt?.lastFailureMs)],
  ['blind spot', secondsOrDash(blindSpotOf(journal))],
  ['failures by cause', causes.join(', ') || 'none'],
  ...Object.entries(load.thrown ?? {}).map(([message, count]): [string, string] => [
    "the journey's own code failed",
    `${amount(count)} ×: ${message}`,
  ]),
  ['load', `${crowd}, journey ${load.journey}, ${load.ratePerSecond.toFixed(0)} requests/s`],
  [
    'latency',
    latencyMs === null
      ? '–'
      : `p50 ${amountMs(latencyMs.p50)}, p95 ${amountMs(latencyMs.p95)}, p99 ${amountMs(latencyMs.p99)}, max ${amountMs(latencyMs.max)}`,
  ],
  [
    'generator',
    `${saturation.saturated ? 'saturated' : 'kept up'}: ${amountMs(saturation.latenessP99Ms)} late (p99), busy ${amountPercent(saturation.busyRatio)}`,
  ],
])}`
}

function budgets(journal: Journal): string {
  if (journal.budgets.length === 0) return ''
  const burnt = burntBudgets(journal)
  if (burnt.length === 0)
    return `<h2>Error budgets</h2>\n<p>Nothing was taken from any of ${journal.budgets.length}.</p>`
  const rows = burnt.map((one) => [
    one.objective,
    measuredText(one),
    `${one.targetPercent} %`,
    burntText(one.byEvents),
    burntText(one.byRules),
  ])
  const header = ['objective', 'measured', 'target', 'burnt, by events', 'burnt, by rules']
  return `<h2>Error budgets</h2>
${table([header, ...rows], { text: [0, 1] })}
<p class="dim">Share of the whole period's budget, and bad events of all; from the injection to the end of the load.</p>`
}

function faults(journal: Journal): string {
  const { faults, steps, repairedByEvidence } = journal
  const repairer = repairerText(journal)
  const injected = faults.map(({ fault, service, replica, landing, lifted }) => [
    `${fault} ${replica ?? service}`,
    landing.landed ? 'landed' : 'did not land',
    landing.proof,
    lifted === null ? '–' : `${lifted.changed ? 'lifted' : 'nothing to lift'}: ${lifted.detail}`,
  ])
  const zeroMs = zeroOf(journal)
  const method = steps.map((one) => [
    one.text,
    one.due,
    one.startedAtMs === null ? '–' : `${signedSeconds(one.startedAtMs - zeroMs)} s`,
    one.ok ? one.detail : `did not succeed: ${one.detail}`,
    one.putBack === null ? '–' : `${one.putBack.ok ? '' : 'failed: '}${one.putBack.detail}`,
  ])
  const parts = [
    injected.length === 0
      ? '<p>No fault was injected.</p>'
      : table([['fault', 'landing', 'proof', 'undone'], ...injected], { text: [0, 2, 3] }),
    method.length === 0
      ? ''
      : `<details><summary>Every step of the method</summary>${table([['step', 'due', 'begun', 'what came of it', 'put back'], ...method], { text: [0, 1, 3, 4] })}</details>`,
    repairer === undefined
      ? ''
      : `<p>Repaired <strong>${escapeHtml(repairer)}</strong>. Evidence: ${escapeHtml(repairedByEvidence)}.</p>`,
  ]
  return `<h2>Fault, and who repaired it</h2>\n${parts.filter((part) => part !== '').join('\n')}`
}

function alerts(journal: Journal): string {
  const zeroMs = zeroOf(journal)
  const kinds: readonly [string, readonly OtherAlert[]][] = [
    ['unexpected', journal.unexpectedAlerts],
    ['of the machine', journal.machineAlerts],
    ['follows from the fault', journal.exceptedAlerts],
    ['could not be judged', journal.unjudgedAlerts],
    ['held back by Alertmanager', journal.inhibitedAlerts],
    ['of another system, or ignored', journal.ignoredAlerts],
    ['on a budget burnt before', journal.carriedAlerts],
  ]
  const rows = kinds.flatMap(([kind, list]) =>
    list.map((one) => ({
      kind,
      cells: [formatAlert(one), one.why ?? kind, `${signedSeconds(one.firedAtMs - zeroMs)} s`],
    })),
  )
  if (rows.length === 0) return '<h2>Other alerts</h2>\n<p>None fired.</p>'
  const classOf = (row: number) => (rows[row]?.kind === 'unexpected' ? 'bad' : '')
  return `<h2>Other alerts</h2>
${table([['alert', 'what it is', 'fired'], ...rows.map(({ cells }) => cells)], { classOf, text: [0, 1] })}`
}

function machine(journal: Journal): string {
  const { machine } = journal
  if (machine === null) return ''
  const { cores, oursCores, othersCores, others, clocks, pressureKnown, widened } = machine
  const late = machineText(journal)
  return `<details${late === undefined && !widened ? '' : ' open'}><summary>The machine</summary>
${facts([
  ['it was', late ?? 'not late'],
  [
    'cores in use',
    `${oursCores ?? '–'} of ${cores ?? '–'} by the system and this run, ${othersCores ?? '–'} by others`,
  ],
  ['others', others.map(({ name, pid, cores }) => `${name} (pid ${pid}) ${cores}`).join(', ') || 'none that used much'],
  ['waiting for a core', pressureKnown ? 'as the kernel measures it' : 'not known: the kernel does not measure it'],
  [
    'clocks, at their worst',
    clocks.map(({ clock, lateMs }) => `${clock} ${amountMs(lateMs)} late`).join(', ') || 'on time',
  ],
  ['bounds', widened ? 'widen by what the machine is late (--busy)' : 'as in the file'],
])}</details>`
}

function about(journal: Journal): string {
  const { drill, stackId, versions, gate, timings } = journal
  const safety = safetyText(journal)
  const tolerated = gate.tolerated.length === 0 ? '' : `; tolerated: ${gate.tolerated.join(', ')}`
  return `<details><summary>Versions and run</summary>
${facts([
  ['drill', `${drill.file}, sha256 ${drill.sha256}`],
  ['stack', stackId ?? '–'],
  ...(safety === undefined ? [] : [['safety', safety] as [string, string]]),
  ['gate', `${gate.clean ? 'clean' : gate.findings.join('; ')}${tolerated}`],
  ...Object.entries(versions),
  ['phases', timings.map(({ name, tookMs }) => `${name} ${secondsOrDash(tookMs)}`).join(', ')],
  ['the whole run', secondsOrDash(elapsedMs(journal))],
])}</details>`
}
