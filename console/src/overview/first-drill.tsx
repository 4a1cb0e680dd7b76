import { useEffect, useRef } from 'react'
import { call } from '../feed/call.ts'
import { usePoll } from '../feed/use-poll.ts'
import { linkTo } from '../shell/route.ts'
import { ChangeButton } from '../ui/change-button.tsx'

const DRILL = 'store-crash'
const EVERY_MS = 3_000

/** The button to the first drill. While a run is under way, the way to it. `underWay`: another text with each run that begins or ends. */
export function FirstDrill({ isNew, underWay }: { isNew: boolean; underWay: string }) {
  const begun = useRef<string>(undefined)
  const runs = usePoll('runs', {}, { everyMs: EVERY_MS })
  const { refresh } = runs
  // What the tile beside it says and what the button says are asked for apart: both are of the same moment.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of it is a reason to ask
  useEffect(refresh, [underWay])
  const live = runs.value?.runs.find(({ state }) => state === 'starting' || state === 'running')
  const whyNot = runs.value?.whyNotStarted
  return (
    <section className="first-drill card" aria-label="The first drill" data-new={isNew || undefined}>
      <div>
        <h2>{isNew ? 'See an alert work' : 'Run the first drill again'}</h2>
        <p>
          The store crashes under the load of 20 virtual users. Is it seen, does the right alert fire, does the
          responder repair it, and how long do users suffer? You watch, and get a verdict in about half a minute.
        </p>
        {typeof whyNot === 'string' && <p className="sub">It cannot be started from here: {whyNot}</p>}
      </div>
      {live === undefined ? (
        <ChangeButton
          tone="main"
          disabled={typeof whyNot === 'string'}
          act={async () => {
            begun.current = (await call('startRun', { body: { drill: DRILL } })).id
          }}
          onDone={() => {
            window.location.hash = linkTo('drills', [DRILL, 'runs', begun.current ?? ''])
          }}
          confirm={{
            title: `Run ${DRILL}?`,
            text: (
              <>
                <p>
                  After a check that all is well, virtual users visit the store, and its process is killed. Requests
                  fail for about a second, the alert <code>ServiceDown</code> fires, and the responder starts the store
                  again.
                </p>
                <p>
                  If it does not, the fault ends by itself after 30 seconds and control starts it. Nothing else is
                  changed.
                </p>
              </>
            ),
            action: 'Run it',
          }}
        >
          Run the first drill
        </ChangeButton>
      ) : (
        <a className="button" data-tone="main" href={linkTo('drills', [live.drill.name, 'runs', live.id])}>
          {live.drill.name} is running: watch it
        </a>
      )}
    </section>
  )
}
