import type { ReactNode } from 'react'
import type { JournalView } from '../../../../src/api/contract/drills/drills.ts'
import { formatSeconds, formatSince } from '../../format/format-seconds.ts'
import { originOf, type Story } from '../story/story.ts'
import { DetailTable } from './detail-table.tsx'
import { percent } from './run-figures.tsx'

/** What the figures of a run were concluded from, in tables. */
export function RunDetails({ journal, story }: { journal: JournalView; story: Story }) {
  const originMs = originOf(story)
  return (
    <section className="details-list" aria-labelledby="details">
      <h2 id="details">What it was concluded from</h2>
      <Part title="Stages in figures" count={journal.stages.length}>
        <DetailTable
          label="Stages"
          head={['stage', '#since injected', '#resolution', 'what', 'time is from']}
          rows={journal.stages.map(({ name, sinceInjectedMs, resolutionMs, detail, source }) => [
            name,
            sinceInjectedMs === null ? '–' : formatSince(sinceInjectedMs),
            `±${resolutionMs} ms`,
            detail,
            source,
          ])}
        />
      </Part>
      <Part title="Every step, and how it was put back" count={journal.steps.length}>
        <Steps journal={journal} originMs={originMs} />
      </Part>
      <Part title="Error budgets" count={journal.budgets.length}>
        <DetailTable
          label="Error budgets"
          head={['objective', '#target', '#burnt, by events', '#burnt, by rules']}
          rows={journal.budgets.map(({ objective, targetPercent, byEvents, byRules }) => [
            objective,
            `${targetPercent} %`,
            ...[byEvents, byRules].map((count) =>
              count === null ? '–' : `${percent(count.burntRatio)} (${whole(count.failed)} of ${whole(count.total)})`,
            ),
          ])}
        />
      </Part>
      <Part title="Other alerts" count={otherAlerts(journal).length}>
        <DetailTable
          label="Other alerts"
          head={['alert', '#fired', 'what it is for this run']}
          rows={otherAlerts(journal)}
        />
      </Part>
      <Machine machine={journal.machine} />
      <Part title="How long each part of the run took" count={journal.timings.length}>
        <DetailTable
          label="Parts of the run"
          head={['part', '#begun', '#took']}
          rows={journal.timings.map(({ name, startedAtMs, tookMs }) => [
            name,
            formatSince(startedAtMs - originMs),
            formatSeconds(tookMs),
          ])}
        />
      </Part>
      <Part title="Versions and clocks" count={Object.keys(journal.versions).length}>
        <DetailTable
          label="Versions and clocks"
          head={['what', '#value']}
          rows={[
            ...Object.entries(journal.versions),
            ...Object.entries(journal.timing ?? {}).map(([name, ms]): [string, string] => [name, `${ms} ms`]),
          ]}
        />
      </Part>
    </section>
  )
}

function Part({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  if (count === 0) return null
  return (
    <details>
      <summary>
        {title} <span className="sub-count">{count}</span>
      </summary>
      {children}
    </details>
  )
}

function Steps({ journal, originMs }: { journal: JournalView; originMs: number }) {
  return (
    <>
      <DetailTable
        label="Steps"
        head={['step', 'due', '#begun', 'what came of it', 'put back']}
        rows={journal.steps.map(({ text, due, startedAtMs, ok, detail, putBack }) => [
          text,
          due,
          startedAtMs === null ? '–' : formatSince(startedAtMs - originMs),
          ok ? detail : `did not succeed: ${detail}`,
          putBack === null ? '–' : `${putBack.ok ? '' : 'failed: '}${putBack.detail}`,
        ])}
      />
      <DetailTable
        label="Faults"
        head={['fault', 'landed', 'proof', 'lifted']}
        rows={journal.faults.map(({ fault, service, replica, landing, lifted }) => [
          `${fault} ${replica ?? service}`,
          landing.landed ? 'yes' : 'no',
          landing.proof,
          lifted === null ? '–' : `${lifted.changed ? '' : 'nothing to lift: '}${lifted.detail}`,
        ])}
      />
      {journal.repairedByEvidence !== '' && <p className="sub">Who repaired it: {journal.repairedByEvidence}.</p>}
    </>
  )
}

function Machine({ machine }: Pick<JournalView, 'machine'>) {
  if (machine === null) return null
  const { lateMs, othersCores, cores, others, clocks } = machine
  return (
    <Part title={`The machine was ${formatSeconds(lateMs)} late`} count={others.length + clocks.length}>
      {othersCores !== null && (
        <p className="sub">
          Other programs used {othersCores} of {cores ?? '?'} cores.
        </p>
      )}
      <DetailTable
        label="The machine"
        head={['what', '#how much']}
        rows={[
          ...others.map(({ name, pid, cores: used }) => [`${name} (pid ${pid})`, `${used} cores`]),
          ...clocks.map(({ clock, lateMs: late }) => [clock, `${formatSeconds(late)} late`]),
        ]}
      />
    </Part>
  )
}

function otherAlerts(journal: JournalView): string[][] {
  const kinds = [
    [journal.unexpectedAlerts, 'unexpected: a deviation'],
    [journal.exceptedAlerts, 'named by the drill as what follows'],
    [journal.unjudgedAlerts, 'could not be judged'],
    [journal.inhibitedAlerts, 'held back by Alertmanager'],
    [journal.ignoredAlerts, 'of another system, or ignored'],
    [journal.machineAlerts, 'of the machine'],
    [journal.carriedAlerts, 'on a budget that was burnt before'],
  ] as const
  return kinds.flatMap(([alerts, what]) =>
    alerts.map(({ alertname, labels, firedAtMs, why }) => [
      `${alertname} ${labels.instance ?? labels.service ?? ''}`,
      new Date(firedAtMs).toLocaleTimeString('en-GB'),
      why ?? what,
    ]),
  )
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}
