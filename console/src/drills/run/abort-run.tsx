import type { RunView } from '../../../../src/api/contract/drills/runs.ts'
import { call } from '../../feed/call.ts'
import { ChangeButton } from '../../ui/change-button.tsx'
import type { Story } from '../story/story.ts'

/** Stops a run, after it has said what that undoes. */
export function AbortRun({ run, story }: { run: RunView; story: Story }) {
  const undone = undoneByAbort(story)
  return (
    <ChangeButton
      tone="danger"
      disabled={run.abortedAtMs !== null}
      act={() => call('abortRun', { params: { id: run.id } })}
      confirm={{
        title: 'Abort this run?',
        action: 'Abort',
        text: (
          <>
            {undone.length === 0 ? (
              <p>Nothing is changed at the moment that has to be undone.</p>
            ) : (
              <>
                <p>This is undone at once:</p>
                <ul>
                  {undone.map((text) => (
                    <li key={text}>{text}</li>
                  ))}
                </ul>
              </>
            )}
            <p>
              {story.load === null ? 'The' : 'The load stops. The'} verdict will be “aborted”, and the journal is kept.
            </p>
          </>
        ),
      }}
    >
      {run.abortedAtMs === null ? 'Abort …' : 'Aborting …'}
    </ChangeButton>
  )
}

/** What a run has changed and not put back yet. */
function undoneByAbort({ faults, steps }: Story): string[] {
  return [
    ...faults
      .filter(({ lifted }) => lifted === null)
      .map(({ fault, service, replica }) => `${fault} of ${replica ?? service} is lifted`),
    ...steps
      .filter(({ kind, startedAtMs, putBack }) => kind === 'action' && startedAtMs !== null && putBack === null)
      .map(({ text }) => `${text}: put back to what it was`),
  ]
}
