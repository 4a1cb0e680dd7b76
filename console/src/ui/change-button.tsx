import { type ReactNode, useId, useRef, useState } from 'react'
import type { Failure } from '../feed/call.ts'
import { useSession } from '../session/session.tsx'
import { FailureText } from './failure-text.tsx'

/**
 * A button that changes the system. It says beforehand what will happen where `confirm` is given, shows that it works, and why it did not.
 * Without a session that may change things it explains how to log in.
 */
export function ChangeButton({
  children,
  act,
  confirm,
  onDone,
  tone = 'plain',
  disabled = false,
  label,
}: ChangeButtonProps) {
  const { access, ask } = useSession()
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useId()
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<Failure>()
  const run = async () => {
    setIsBusy(true)
    setFailure(undefined)
    try {
      await act()
      dialog.current?.close()
      onDone?.()
    } catch (error) {
      setFailure(error as Failure)
      void ask()
      dialog.current?.showModal()
    } finally {
      setIsBusy(false)
    }
  }
  const mayChange = access === 'operate'
  return (
    <>
      <button
        type="button"
        className="button"
        data-tone={tone}
        disabled={disabled || isBusy}
        aria-label={label}
        aria-busy={isBusy}
        onClick={() => {
          setFailure(undefined)
          if (mayChange && confirm === undefined) void run()
          else dialog.current?.showModal()
        }}
      >
        {children}
      </button>
      <dialog ref={dialog} aria-labelledby={title} className="dialog" closedby="any">
        <h2 id={title}>{mayChange ? (confirm?.title ?? 'It did not work') : 'This browser may not change anything'}</h2>
        {mayChange ? confirm?.text : <HowToChange access={access} />}
        {failure !== undefined && <FailureText failure={failure} />}
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {mayChange ? 'Cancel' : 'Close'}
          </button>
          {mayChange && (
            <button type="button" className="button" data-tone={tone} disabled={isBusy} onClick={() => void run()}>
              {isBusy ? 'Working …' : failure === undefined ? (confirm?.action ?? children) : 'Try again'}
            </button>
          )}
        </div>
      </dialog>
    </>
  )
}

export interface ChangeButtonProps {
  children: ReactNode
  /** Changes the system; rejects with a Failure. */
  act(): Promise<unknown>
  /** Said before it happens: what will be changed, and what undoes it. Without it the change happens at once. */
  confirm?: { title: string; text: ReactNode; action?: string }
  onDone?(): void
  tone?: 'plain' | 'main' | 'danger'
  disabled?: boolean
  /** For screen readers, where the text alone does not name the target: "restart store-1". */
  label?: string
}

function HowToChange({ access }: { access: ReturnType<typeof useSession>['access'] }) {
  if (access === 'read') return <p>The session is read-only. The switch is at the top right, under “Read-only”.</p>
  return (
    <p>
      Reading is free on this machine; a change needs a session. In a terminal, <code>firedrill open</code> opens the
      console with one.
    </p>
  )
}
