import { useEffect, useState } from 'react'

const SHOWN_MS = 2_000

interface CopyCommandProps {
  command: string
  /** What the command does, for screen readers, which read the button only: "Copy the command that …". */
  purpose: string
}

/** A command to run in a terminal, and a button that copies it. The page has no token, so that it can do nothing itself. */
export function CopyCommand({ command, purpose }: CopyCommandProps) {
  const [outcome, setOutcome] = useState('')
  useEffect(() => {
    if (outcome === '') return
    const timer = window.setTimeout(() => setOutcome(''), SHOWN_MS)
    return () => window.clearTimeout(timer)
  }, [outcome])
  const copy = async () => {
    // Browsers lend the clipboard to pages of this machine only, and not to all of them.
    const copied = await navigator.clipboard?.writeText(command).then(
      () => true,
      () => false,
    )
    setOutcome(copied === true ? 'Copied' : 'Not allowed')
  }
  return (
    <span className="command">
      <code>{command}</code>
      <button type="button" onClick={() => void copy()} aria-label={`Copy the command that ${purpose}`}>
        {outcome === '' ? 'Copy' : outcome}
      </button>
      <span role="status" className="hidden">
        {outcome}
      </span>
    </span>
  )
}
