import { formatAlert } from '../drills/evidence/other-alerts.ts'
import type { Journal } from '../drills/journal/journal.ts'
import type { OtherAlert } from '../drills/journal/schema/alert.ts'
import type { Reporter } from './reporter.ts'
import { runNames } from './run-names.ts'
import { cell, markdownTable, plain, plainInHtml } from './text/markdown-text.ts'
import {
  blindSpotOf,
  burntBudgets,
  burntText,
  countedFrom,
  expectationText,
  floorText,
  goodEarlierText,
  machineText,
  measuredText,
  outcomeOf,
  repairedMs,
  repairedText,
  repairedWith,
  repairerText,
  safetyText,
  seconds,
  secondsOrDash,
  signedSeconds,
  usersText,
  VERDICT_MEANING,
} from './text/sentences.ts'

/** Journals as Markdown. */

const MARKS = { held: '✅', deviated: '❌', inconclusive: '⚠️', aborted: '⏹️', errored: '💥' } as const

const OUTCOMES = { met: '✅', missed: '❌', 'not tried': '–' } as const

/** Markdown as code hosts draw it under a pull request: one drill in full; of several a table, and each folded away. */
export const markdown: Reporter = {
  summary: 'Markdown, for a pull request or the summary of a CI job',
  extensions: ['.md', '.markdown'],
  render: (journals) => {
    const [only] = journals
    const text = journals.length === 1 && only !== undefined ? [heading(only), body(only)] : several(journals)
    return `${text.join('\n\n')}\n`
  },
}

function several(journals: readonly Journal[]): string[] {
  const counted = (Object.keys(MARKS) as (keyof typeof MARKS)[]).flatMap((verdict) => {
    const count = journals.filter((journal) => journal.verdict === verdict).length
    return count === 0 ? [] : [`${count} ${verdict}`]
  })
  const names = runNames(journals)
  const rows = journals.map((journal, index) => [
    `${MARKS[journal.verdict]} ${journal.verdict}`,
    cell(names[index] ?? ''),
    secondsOrDash(journal.mttdMs),
    secondsOrDash(repairedMs(journal)),
    repairerText(journal) ?? '–',
    journal.felt === null ? '–' : `${journal.felt.failures} of ${journal.felt.requests}`,
    secondsOrDash(blindSpotOf(journal)),
  ])
  const header = ['verdict', 'drill', 'detected', 'repaired', '', 'requests failed', 'blind spot']
  return [
    `## Firedrill: ${journals.length} drills, ${counted.join(', ')}`,
    markdownTable([header, ...rows], [2, 3, 5, 6]),
    ...journals.map(
      (journal, index) =>
        `<details${journal.verdict === 'held' ? '' : ' open'}>\n<summary>${MARKS[journal.verdict]} ${plainInHtml(names[index] ?? '')}: ${journal.verdict}</summary>\n\n${body(journal)}\n\n</details>`,
    ),
  ]
}

function heading({ verdict, drill }: Journal): string {
  return `## ${MARKS[verdict]} ${plain(drill.title)}: ${verdict}`
}

function body(journal: Journal): string {
  const { verdict, reasons, mttdMs, profile, runtime, safety, seed, drill, startedAt } = journal
  const summary = [
    mttdMs === null
      ? undefined
      : `**detected** ${seconds(mttdMs)} s (${countedFrom(journal)} → ${journal.mttdStage ?? 'received'})`,
    repairedText(journal) === undefined
      ? undefined
      : `**repaired** ${plain(repairedText(journal) ?? '')} (${countedFrom(journal)} → ${plain(repairedWith(journal))})`,
    goodEarlierText(journal) === undefined ? undefined : `**steady** ${plain(goodEarlierText(journal) ?? '')}`,
    usersText(journal) === undefined ? undefined : `**users** ${plain(usersText(journal) ?? '')}`,
    safetyText(journal) === undefined ? undefined : `**safety** ${plain(safetyText(journal) ?? '')}`,
    machineText(journal) === undefined ? undefined : `**machine** ${plain(machineText(journal) ?? '')}`,
  ].filter((line) => line !== undefined)
  const { versions } = journal
  const about = [
    drill.file,
    `profile ${profile ?? '–'}`,
    `runtime ${runtime ?? '–'}`,
    ...(safety === null ? [] : [`environment ${safety.environment}`]),
    `seed ${seed}`,
    startedAt,
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
  ]
  return [
    `${VERDICT_MEANING[verdict]}.`.replace(/^./, (first) => first.toUpperCase()),
    reasons.map((reason) => `- ${plain(reason)}`).join('\n'),
    summary.map((line) => `- ${line}`).join('\n'),
    expectations(journal),
    stages(journal),
    budgets(journal),
    alerts(journal),
    `<sub>${about.map(plain).join(' · ')}</sub>`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function expectations({ expectations }: Journal): string {
  if (expectations.length === 0) return ''
  const rows = expectations.map((one) => [
    OUTCOMES[outcomeOf(one)],
    cell(expectationText(one)),
    secondsOrDash(one.sinceInjectedMs),
    one.floor === null ? '' : floorText(one.floor),
    cell(one.observed),
  ])
  return markdownTable([['', 'expected', 'after', 'floor', 'observed'], ...rows], [2, 3])
}

function stages({ stages }: Journal): string {
  if (stages.length === 0) return ''
  const rows = stages.map(({ name, sinceInjectedMs, resolutionMs, detail, source }) => [
    name,
    sinceInjectedMs === null ? '–' : `${signedSeconds(sinceInjectedMs)} s`,
    sinceInjectedMs === null ? '' : `±${resolutionMs} ms`,
    cell(detail),
    cell(source),
  ])
  return markdownTable([['stage', 'since injected', 'resolution', '', 'source'], ...rows], [1, 2])
}

function budgets(journal: Journal): string {
  const burnt = burntBudgets(journal)
  if (burnt.length === 0) return ''
  const rows = burnt.map((one) => [
    cell(one.objective),
    cell(measuredText(one)),
    `${one.targetPercent} %`,
    burntText(one.byEvents),
    burntText(one.byRules),
  ])
  return markdownTable([['error budget of', 'measured', 'target', 'burnt, by events', 'by rules'], ...rows], [2, 3, 4])
}

function alerts(journal: Journal): string {
  const list = (what: string, ones: readonly OtherAlert[]) =>
    ones.length === 0 ? [] : [`- ${what}: ${ones.map((one) => plain(alertLine(one))).join(', ')}`]
  return [
    ...list('**unexpected alerts**', journal.unexpectedAlerts),
    ...list('alerts of the machine', journal.machineAlerts),
    ...list('alerts that follow from the fault', journal.exceptedAlerts),
    ...list('alerts that could not be judged', journal.unjudgedAlerts),
    ...list('alerts held back by Alertmanager', journal.inhibitedAlerts),
    ...list('alerts of another system, or ignored', journal.ignoredAlerts),
    ...list('alerts on budgets burnt before', journal.carriedAlerts),
  ].join('\n')
}

function alertLine({ why, ...alert }: OtherAlert): string {
  return why === undefined ? formatAlert(alert) : `${formatAlert(alert)} (${why})`
}
