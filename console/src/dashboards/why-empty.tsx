import type { WhyEmptyView } from '../../../src/api/contract.ts'
import { usePoll } from '../feed/use-poll.ts'
import { Waiting } from '../ui/waiting.tsx'

/** Five checks on why a panel may be empty, made again every two seconds for as long as they are looked at. */
export function WhyEmpty({ dashboard, panel, asked, openedMs }: WhyEmptyProps) {
  const input = { params: { dashboard, panel }, query: { ...asked, nowMs: openedMs } }
  const polled = usePoll('whyEmpty', input, { everyMs: EVERY_MS, keepsOld: true })
  return (
    <section className="why" aria-labelledby={`why-${panel}`}>
      <h3 id={`why-${panel}`}>Why is it empty?</h3>
      <Waiting for={polled} height="13rem">
        {({ conclusion, checks }) => (
          <>
            <p className="why-conclusion">{conclusion}</p>
            <ul>
              {checks.map(({ name, question, state, text, next }) => (
                <li key={name} data-state={state}>
                  <span className="why-mark" data-tone={TONES[state]} aria-hidden="true">
                    {MARKS[state]}
                  </span>
                  <div>
                    <strong>{question}</strong> <span className="hidden">{WORDS[state]}</span>
                    <span className="sub">
                      {text}
                      {next !== undefined && (
                        <>
                          {' '}
                          Next: <code>{next}</code>
                        </>
                      )}
                    </span>
                  </div>
                </li>
              ))}
            </ul>
          </>
        )}
      </Waiting>
    </section>
  )
}

interface WhyEmptyProps {
  /** Its name. */
  dashboard: string
  panel: string
  asked: Record<string, string | number>
  /** When the popover was opened, by this browser's clock: it is compared with that of control. */
  openedMs: number
}

type State = WhyEmptyView['checks'][number]['state']

const EVERY_MS = 2_000
const MARKS: Readonly<Record<State, string>> = { good: '✓', bad: '✕', unknown: '?', none: '–' }
const WORDS: Readonly<Record<State, string>> = {
  good: 'Yes.',
  bad: 'No.',
  unknown: 'Unknown.',
  none: 'It does not matter.',
}
const TONES: Readonly<Record<State, string | undefined>> = {
  good: 'good',
  bad: 'bad',
  unknown: 'wait',
  none: undefined,
}
