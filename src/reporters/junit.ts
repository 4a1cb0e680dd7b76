import type { Journal } from '../drills/journal/journal.ts'
import type { Reporter } from './reporter.ts'
import { runNames } from './run-names.ts'
import { journalLines } from './terminal-report.ts'
import { blindSpotOf, elapsedMs, expectationText, floorText, repairedMs, seconds } from './text/sentences.ts'
import { escapeXml, escapeXmlText } from './text/xml.ts'

/**
 * JUnit's XML in the form of the Jenkins schema: a suite a run, a case an expectation. `deviated` fails the cases that were
 * missed; `inconclusive` and `errored` prove nothing, so all their cases that were tried are errors, or the verdict where none
 * was tried; `aborted` skips them. What was not tried is skipped.
 */
export const junit: Reporter = {
  summary: 'JUnit XML, for CI servers: a suite a drill, a case an expectation',
  extensions: ['.xml'],
  render: (journals) => {
    const suites = journals.map((journal, index) => ({ journal, index, cases: casesOf(journal) }))
    const all = suites.flatMap(({ cases }) => cases)
    const time = journals.reduce((total, journal) => total + elapsedMs(journal), 0)
    const attributes = {
      name: 'firedrill',
      time: seconds(time, 3),
      tests: all.length,
      failures: count(all, 'failure'),
      errors: count(all, 'error'),
    }
    const names = runNames(journals)
    const body = suites.map(({ journal, index, cases }) => suite(journal, cases, { index, name: names[index] ?? '' }))
    return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${written(attributes)}>\n${body.join('')}</testsuites>\n`
  },
}

function suite(journal: Journal, cases: readonly Case[], { index, name }: { index: number; name: string }): string {
  const { drill, startedAt } = journal
  const attributes = {
    // Servers fold suites of one name into one.
    name,
    tests: cases.length,
    failures: count(cases, 'failure'),
    errors: count(cases, 'error'),
    skipped: count(cases, 'skipped'),
    time: seconds(elapsedMs(journal), 3),
    timestamp: startedAt.replace(/\.\d+Z$/, ''),
    id: index,
    file: drill.file,
  }
  const properties = propertiesOf(journal).map(([name, value]) => `      <property${written({ name, value })}/>\n`)
  const classname = drill.title
  const tests = cases.map(({ name, seconds: time, outcome }) => {
    const open = `    <testcase${written({ name, classname, time })}`
    if (outcome === undefined) return `${open}/>\n`
    const { tag, type, message, text } = outcome
    return `${open}>\n      <${tag}${written({ type, message })}>${escapeXmlText(text)}</${tag}>\n    </testcase>\n`
  })
  const output = escapeXmlText(journalLines(journal, { color: false }).join('\n'))
  return `  <testsuite${written(attributes)}>
    <properties>
${properties.join('')}    </properties>
${tests.join('')}    <system-out>${output}</system-out>
  </testsuite>
`
}

function propertiesOf(journal: Journal): [string, string][] {
  const { verdict, profile, runtime, safety, seed, mttdMs, repairedBy, drill, versions } = journal
  const [mttrMs, blindSpotMs] = [repairedMs(journal), blindSpotOf(journal)]
  const known: [string, string | number | null][] = [
    ['verdict', verdict],
    ['profile', profile],
    ['runtime', runtime],
    ['environment', safety?.environment ?? null],
    ['seed', seed],
    ['detected_seconds', mttdMs === null ? null : seconds(mttdMs, 3)],
    ['repaired_seconds', mttrMs === null ? null : seconds(mttrMs, 3)],
    ['repaired_by', repairedBy],
    ['blind_spot_seconds', blindSpotMs === null ? null : seconds(blindSpotMs, 3)],
    ['drill_sha256', drill.sha256],
    ...Object.entries(versions).map(([name, value]): [string, string] => [`version_${name}`, value]),
  ]
  return known.flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]))
}

function casesOf(journal: Journal): Case[] {
  const { verdict, expectations, reasons } = journal
  const whole = wholeRun(journal)
  const cases = expectations.map((one): Case => {
    const outcome = one.tried ? (whole ?? (one.met ? undefined : failure(one))) : notTried(one)
    const time = seconds(one.sinceInjectedMs ?? 0, 3)
    return { name: expectationText(one), seconds: time, outcome }
  })
  // A drill that expects nothing still has a verdict, and so have deviations that no expectation names.
  const showsVerdict = cases.some(
    ({ outcome }) => outcome !== undefined && (outcome.tag !== 'skipped' || verdict === 'aborted'),
  )
  if (cases.length > 0 && (showsVerdict || verdict === 'held')) return cases
  const outcome = whole ?? (verdict === 'held' ? undefined : deviation(reasons.join('; '), reasons.join('\n')))
  return [...cases, { name: 'verdict', seconds: seconds(elapsedMs(journal), 3), outcome }]
}

/** What is true of every case, because of how the run ended. */
function wholeRun({ verdict, reasons }: Journal): Outcome | undefined {
  if (verdict === 'held' || verdict === 'deviated') return undefined
  const tag = verdict === 'aborted' ? 'skipped' : 'error'
  return { tag, type: verdict, message: reasons[0] ?? verdict, text: reasons.join('\n') }
}

function notTried({ observed }: Journal['expectations'][number]): Outcome {
  return { tag: 'skipped', type: 'not tried', message: observed, text: observed }
}

function failure(one: Journal['expectations'][number]): Outcome {
  const lines = [`expected: ${expectationText(one)}`, `observed: ${one.observed}`]
  if (one.floor !== null) lines.push(`floor:    ${floorText(one.floor)}, whatever the system does`)
  const samples = one.samples.map(({ source, value, passes }) => `  ${passes ? '✔' : '✘'} ${source}: ${value}`)
  if (samples.length > 0) lines.push('judged by:', ...samples)
  return deviation(`expected ${expectationText(one)}; observed: ${one.observed}`, lines.join('\n'))
}

function deviation(message: string, text: string): Outcome {
  return { tag: 'failure', type: 'deviated', message, text }
}

function count(cases: readonly Case[], tag: Outcome['tag']): number {
  return cases.filter(({ outcome }) => outcome?.tag === tag).length
}

function written(attributes: Record<string, string | number>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('')
}

/** What became of a test case: nothing when it passed. */
interface Outcome {
  tag: 'failure' | 'error' | 'skipped'
  type: string
  message: string
  text: string
}

interface Case {
  name: string
  seconds: string
  outcome: Outcome | undefined
}
