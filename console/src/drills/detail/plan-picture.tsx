import type { DrillView, PlanView } from '../../../../src/api/contract/drills/drills.ts'
import { formatRange, formatSeconds } from '../../format/format-seconds.ts'
import { BoundBar } from '../run/bound-bar.tsx'
import { aboutStep } from './about-step.ts'

/** A run before it is made: what is done and how it is put back, what is expected, and how soon that is possible at all. */
export function PlanPicture({ plan, spread }: { plan: PlanView; spread: DrillView['spread'] }) {
  const { refusals, steadyState, load, steps, profile, watchMs } = plan
  return (
    <div className="plan">
      {refusals.length > 0 && (
        <div className="notice trouble">
          <p>This drill cannot hold, so a run is refused:</p>
          <ul>
            {refusals.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
      )}
      <ol className="plan-steps">
        <Step when="before" title="All is well">
          {steadyState.join(', ') || 'no steady state is named'}
        </Step>
        <Step when="then" title="Load">
          {load}
        </Step>
        {steps.map((step) => (
          <Step key={`${step.due} ${step.text}`} when={step.due} title={step.text} tone={step.kind}>
            {step.impossible === undefined ? aboutStep(step) : `Cannot be done: ${step.impossible}`}
          </Step>
        ))}
        {steps.length === 0 && (
          <Step when="then" title="Nothing is broken">
            False alarms are watched for.
          </Step>
        )}
        <Step when={`for ${formatSeconds(watchMs)} at most`} title="Watch">
          {`Prometheus, Alertmanager, the responder and the users, on the clocks of profile ${profile}`}
        </Step>
      </ol>
      <PlannedExpectations plan={plan} spread={spread} />
    </div>
  )
}

function Step({ when, title, tone, children }: { when: string; title: string; tone?: string; children: string }) {
  return (
    <li data-step={tone}>
      <span className="plan-when">{when}</span>
      <span>
        <strong>{title}</strong>
        <span className="sub">{children}</span>
      </span>
    </li>
  )
}

/** The stage that an expectation of this kind is about. */
const STAGE_OF: Readonly<Record<string, string>> = {
  metric: 'seen',
  alert: 'firing',
  action: 'acted',
  steady: 'good again',
}

function PlannedExpectations({ plan: { expectations }, spread }: { plan: PlanView; spread: DrillView['spread'] }) {
  const longestMs = Math.max(0, ...expectations.map(({ withinMs }) => withinMs ?? 0))
  return (
    <>
      <h3>What is expected</h3>
      <p className="plane-legend">
        <span data-kind="floor">floor: no system is faster with these clocks</span>
        {spread.runs > 0 && <span data-kind="usual">runs that held ({spread.runs})</span>}
        <span data-kind="bound">allowed</span>
      </p>
      <ol className="plan-expectations">
        {expectations.map(({ kind, text, withinMs, floor, impossible, tight }, index) => {
          const usual = spread.stages[STAGE_OF[kind] ?? '']
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the order is that of the file
            <li key={index} data-impossible={impossible !== undefined || undefined}>
              <span className="expectation-text">{text}</span>
              <span className="expectation-times number">
                {[
                  ...(withinMs === null ? [] : [`within ${formatSeconds(withinMs)}`]),
                  ...(floor === null ? [] : [`floor ${formatRange(floor)}`]),
                  ...(usual === undefined || withinMs === null ? [] : [`usually ${formatSeconds(usual.medianMs)}`]),
                ].join(' · ')}
              </span>
              <BoundBar expectation={{ withinMs, floor, usual }} longestMs={longestMs} />
              {(impossible ?? tight) !== undefined && (
                <span className="sub plan-remark" data-tone={impossible === undefined ? 'wait' : 'bad'}>
                  {impossible ?? tight}
                </span>
              )}
            </li>
          )
        })}
      </ol>
    </>
  )
}
