import { CopyCommand } from '../ui/copy-command.tsx'
import { useSession } from './session.tsx'

/** What this browser may do, how to be allowed more, and the read-only switch. */
export function SessionMenu() {
  const session = useSession()
  const { access, mayOperate } = session
  if (access === 'asking') return null
  return (
    <div className="session">
      <button type="button" className="session-button" popoverTarget="session-menu" data-access={access}>
        {WORDS[access]}
      </button>
      <div id="session-menu" popover="auto" className="menu">
        {access === 'none' ? (
          <>
            <p>This browser may look at everything and change nothing.</p>
            <p>
              To log in: <CopyCommand command="firedrill open" purpose="opens the console with a session" />
            </p>
          </>
        ) : (
          <>
            {mayOperate ? (
              <label className="switch">
                <input
                  type="checkbox"
                  checked={access === 'read'}
                  onChange={(event) => void session.setReadOnly(event.currentTarget.checked)}
                />
                Read-only: nothing can be changed by mistake
              </label>
            ) : (
              <p>
                This session is read-only: its link was made with <code>--read-only</code>.
              </p>
            )}
            <button type="button" className="button" onClick={() => void session.logout()}>
              Log out
            </button>
          </>
        )}
      </div>
    </div>
  )
}

const WORDS = { none: 'Log in', read: 'Read-only', operate: 'Logged in' } as const
