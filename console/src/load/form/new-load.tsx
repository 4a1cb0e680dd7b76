import { useId, useRef } from 'react'
import type { JourneysView, StackView } from '../../../../src/api/contract.ts'
import { call } from '../../feed/call.ts'
import { usePoll } from '../../feed/use-poll.ts'
import { useSituation } from '../../feed/use-situation.ts'
import { linkTo } from '../../shell/route.ts'
import { useAddress, useSetQuery } from '../../shell/use-address.ts'
import { ChangeButton } from '../../ui/change-button.tsx'
import { commandOn } from '../../ui/command-on.ts'
import { CopyCommand } from '../../ui/copy-command.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { FormField } from './form-field.tsx'
import { bodyOf, type LoadForm, problemsOf, readForm, wordsOf } from './load-form.ts'
import { PlanPicture } from './plan-picture.tsx'

/** The form of a load. It stands in the address, so that a load can be shared before it is run. */
export function NewLoad({ stack }: { stack: StackView | undefined }) {
  const known = usePoll('journeys', {}, { everyMs: undefined })
  return (
    <>
      <p className="sub">
        <a href={linkTo('load')}>Load</a>
      </p>
      <h1>Start a load</h1>
      <Waiting for={known} height="30rem">
        {(journeys) => <Form journeys={journeys} stack={stack} />}
      </Waiting>
    </>
  )
}

function Form({ journeys, stack }: { journeys: JourneysView; stack: StackView | undefined }) {
  const { query } = useAddress()
  const form = readForm(query, journeys)
  const problems = problemsOf(form)
  const set = useSetQuery()
  const isWrong = Object.keys(problems).length > 0
  return (
    <div className="new-load">
      <div className="card">
        <Journeys form={form} journeys={journeys.journeys} />
        <Model form={form} journeys={journeys} problems={problems} />
        <FormField
          label="Duration"
          hint="30s, 5m, 1h30m"
          value={form.duration}
          problem={problems.duration}
          onChange={(duration) => set({ duration })}
        />
        <Thresholds form={form} />
      </div>
      <div className="card new-load-side">
        <h2>What happens</h2>
        <PlanPicture form={form} shapes={journeys.shapes} />
        <Notes stack={stack} />
        <Start form={form} isDisabled={isWrong || (stack?.halted ?? null) !== null} />
        {stack !== undefined && !isWrong && (
          <details>
            <summary>The same in a terminal</summary>
            <CopyCommand command={commandOn(stack.folder, ...wordsOf(form))} purpose="starts the same load" />
          </details>
        )}
      </div>
    </div>
  )
}

function Journeys({ form, journeys }: { form: LoadForm; journeys: JourneysView['journeys'] }) {
  const set = useSetQuery()
  const id = useId()
  const chosen = journeys.find(({ name }) => name === form.journey)
  return (
    <div className="form-field">
      <label htmlFor={id}>Journey: what each user does</label>
      <select
        id={id}
        className="field"
        data-filter
        value={form.journey}
        onChange={(event) => set({ journey: event.currentTarget.value })}
      >
        {journeys.map(({ name, service }) => (
          <option key={name} value={name}>
            {name} ({service})
          </option>
        ))}
      </select>
      {chosen !== undefined && (
        <span className="sub">
          {chosen.summary}.{' '}
          {chosen.think === null
            ? 'Without a pause between tasks.'
            : `Pauses ${chosen.think.replace('..', ' to ')} between tasks.`}
        </span>
      )}
    </div>
  )
}

function Model({ form, journeys: { levels, shapes }, problems }: ModelProps) {
  const set = useSetQuery()
  const name = useId()
  const radio = (model: LoadForm['model'], text: string) => (
    <label className="switch">
      <input type="radio" name={name} checked={form.model === model} onChange={() => set({ model })} /> {text}
    </label>
  )
  return (
    <fieldset className="form-field">
      <legend>Load</legend>
      {radio('users', 'Users: each waits for its answer, thinks, and goes on')}
      {radio('rate', 'Rate: tasks come at their time, whether or not earlier ones are done')}
      {form.model === 'users' ? (
        <>
          <div className="toolbar levels">
            {levels.map((level) => (
              <button
                key={level.name}
                type="button"
                className="button"
                aria-pressed={form.users === String(level.users) && form.spawn === String(level.spawnRatePerSecond)}
                onClick={() => set({ users: String(level.users), spawn: String(level.spawnRatePerSecond) })}
              >
                {level.name}
              </button>
            ))}
          </div>
          <div className="form-row">
            <FormField label="Users" value={form.users} problem={problems.users} onChange={(users) => set({ users })} />
            <FormField
              label="Users started per second"
              value={form.spawn}
              problem={problems.spawn}
              onChange={(spawn) => set({ spawn })}
            />
          </div>
        </>
      ) : (
        <>
          <div className="toolbar levels">
            {shapes.map((shape) => (
              <button
                key={shape.name}
                type="button"
                className="button"
                title={shape.summary}
                aria-pressed={form.shape === shape.name}
                onClick={() => set({ shape: shape.name })}
              >
                {shape.name}
              </button>
            ))}
          </div>
          <p className="sub">{shapes.find((shape) => shape.name === form.shape)?.summary}</p>
          <div className="form-row">
            <FormField
              label="Tasks per second"
              value={form.rate}
              problem={problems.rate}
              onChange={(rate) => set({ rate })}
            />
            <FormField
              label="Users at most"
              value={form.maxUsers}
              problem={problems.maxUsers}
              onChange={(maxUsers) => set({ maxUsers })}
            />
          </div>
        </>
      )}
    </fieldset>
  )
}

interface ModelProps {
  form: LoadForm
  journeys: JourneysView
  problems: ReturnType<typeof problemsOf>
}

function Thresholds({ form }: { form: LoadForm }) {
  const set = useSetQuery()
  const id = useId()
  return (
    <div className="form-field">
      <label htmlFor={id}>Thresholds: what must hold, one on a line</label>
      <textarea
        id={id}
        className="field"
        rows={3}
        spellCheck={false}
        value={form.thresholds}
        onChange={(event) => set({ thresholds: event.currentTarget.value === '' ? '\n' : event.currentTarget.value })}
      />
      <span className="sub">
        <code>p95&lt;200ms</code> <code>errors&lt;1%</code> <code>rate&gt;100/s</code> <code>checks&gt;99%</code>; of
        one endpoint: <code>{'p99{GET /items}<1s'}</code>
      </span>
      <label className="switch">
        <input
          type="checkbox"
          checked={form.abort}
          onChange={(event) => set({ abort: event.currentTarget.checked ? 'yes' : undefined })}
        />
        End the load as soon as a threshold is not met
      </label>
    </div>
  )
}

/** What a person should know before the load begins. */
function Notes({ stack }: { stack: StackView | undefined }) {
  const runs = useSituation()?.runs ?? []
  if (stack?.halted) return <p className="notice trouble">Everything is halted: no load begins until it is released.</p>
  return (
    <>
      <p>
        The load goes to the replicas of its service on this stack, from a process of its own that ends with control.
      </p>
      {runs.map(({ kind, name, pid }) => (
        <p key={pid} className="notice">
          {kind === 'run'
            ? `A run is under way: ${name}. Its faults will be in the figures.`
            : `Another load runs: ${name}.`}
        </p>
      ))}
      {(stack?.faults ?? []).map(({ id, fault, replica }) => (
        <p key={id} className="notice">
          A fault is in force: {fault} on {replica}.
        </p>
      ))}
    </>
  )
}

function Start({ form, isDisabled }: { form: LoadForm; isDisabled: boolean }) {
  const started = useRef<string>(undefined)
  return (
    <ChangeButton
      tone="main"
      disabled={isDisabled}
      act={async () => {
        started.current = (await call('startLoad', { body: bodyOf(form) })).id
      }}
      onDone={() => {
        if (started.current !== undefined) window.location.hash = linkTo('load', [started.current])
      }}
    >
      Start the load
    </ChangeButton>
  )
}
