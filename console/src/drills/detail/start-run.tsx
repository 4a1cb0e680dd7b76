import { useState } from 'react'
import type { DrillView, PlanView } from '../../../../src/api/contract/drills/drills.ts'
import { call } from '../../feed/call.ts'
import { usePoll } from '../../feed/use-poll.ts'
import { linkTo } from '../../shell/route.ts'
import { ChangeButton } from '../../ui/change-button.tsx'
import { commandOn } from '../../ui/command-on.ts'
import { CopyCommand } from '../../ui/copy-command.tsx'
import { aboutStep } from './about-step.ts'
import { ParameterForm } from './parameter-form.tsx'

/** The form of a run and the button that starts it; the same run as a command. */
export function StartRun({ drill: { name, parameters }, plan, chosen, isValid, folder }: StartRunProps) {
  const [seed, setSeed] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const { value: runs } = usePoll('runs', {}, { everyMs: 5_000 })
  const isSeedWrong = !/^\d{0,10}$/.test(seed) || Number(seed) > LARGEST_SEED
  const start = async () => {
    const run = await call(
      'startRun',
      {
        body: {
          drill: name,
          parameters: chosen,
          ...(seed === '' ? {} : { seed: Number(seed) }),
          ...(isBusy ? { busy: true } : {}),
        },
      },
      { timeoutMs: START_WITHIN_MS },
    )
    window.location.hash = linkTo('drills', [name, 'runs', run.id])
  }
  return (
    <section className="card start-run" aria-labelledby="start">
      <h2 id="start">Run it</h2>
      <ParameterForm parameters={parameters} />
      <details>
        <summary>Seed, and a busy machine</summary>
        <label className="parameter">
          <span>seed</span>
          <input
            className="field"
            inputMode="numeric"
            value={seed}
            aria-invalid={isSeedWrong}
            onChange={(event) => setSeed(event.currentTarget.value.trim())}
          />
          <span className="sub">of all that is random; empty: the file’s, or a new one</span>
        </label>
        <label className="switch">
          <input type="checkbox" checked={isBusy} onChange={(event) => setIsBusy(event.currentTarget.checked)} />
          <span>
            on a busy machine as well <span className="sub">Bounds widen by the lateness that is measured.</span>
          </span>
        </label>
      </details>
      <ChangeButton
        tone="main"
        disabled={
          !isValid || isSeedWrong || (plan !== undefined && plan.refusals.length > 0) || runs?.whyNotStarted != null
        }
        act={start}
        confirm={{ title: `Run ${name}?`, action: 'Run', text: <WhatHappens plan={plan} /> }}
      >
        Run {name} …
      </ChangeButton>
      {runs?.whyNotStarted != null && <p className="notice">{runs.whyNotStarted}</p>}
      {folder !== undefined && (
        <div className="start-command">
          <span className="sub">The same in a terminal:</span>
          <CopyCommand
            command={commandOn(folder, 'run', name, ...optionsOf(chosen, seed, isBusy))}
            purpose="starts this run"
          />
        </div>
      )}
    </section>
  )
}

interface StartRunProps {
  drill: DrillView
  plan: PlanView | undefined
  /** Values of parameters that differ from their defaults. */
  chosen: Readonly<Record<string, string>>
  isValid: boolean
  folder: string | undefined
}

const LARGEST_SEED = 4_294_967_295
/** A run waits for its turn. */
const START_WITHIN_MS = 120_000

function WhatHappens({ plan }: { plan: PlanView | undefined }) {
  if (plan === undefined) return <p>The plan is not known yet.</p>
  return (
    <>
      {plan.steps.length === 0 && <p>Nothing is broken: the run watches for false alarms.</p>}
      <ul>
        {plan.steps.map((step) => (
          <li key={`${step.due} ${step.text}`}>
            <strong>{step.text}</strong>, {step.due}. {aboutStep(step)}
          </li>
        ))}
      </ul>
      {plan.load !== 'none' && <p>Load: {plan.load}.</p>}
      <p className="sub">It can be aborted at any time. If its process ends early, all of this is undone as well.</p>
    </>
  )
}

function optionsOf(chosen: Readonly<Record<string, string>>, seed: string, isBusy: boolean): string[] {
  const quoted = (text: string) => (/^[\w.=%/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
  return [
    ...Object.entries(chosen).flatMap(([name, value]) => ['--set', quoted(`${name}=${value}`)]),
    ...(seed === '' ? [] : ['--seed', seed]),
    ...(isBusy ? ['--busy'] : []),
  ]
}
