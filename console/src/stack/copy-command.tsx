import { useEffect, useState } from 'react'

const TOLD_MS = 2_000

interface CopyCommandProps {
  command: string
  /** What the command does, for those who hear the button only: "Copy the command that …". */
  purpose: string
}

/** A command to run in a terminal, and a button that copies it. The page has no token, so that it can do nothing itself. */
export function CopyCommand({ command, purpose }: CopyCommandProps) {
  const [told, tell] = useState('')
  useEffect(() => {
    if (told === '') return
    const timer = window.setTimeout(() => tell(''), TOLD_MS)
    return () => window.clearTimeout(timer)
  }, [told])
  const copy = async () => {
    // Browsers lend the clipboard to pages of this machine only, and not to all of them.
    const copied = await navigator.clipboard?.writeText(command).then(
      () => true,
      () => false,
    )
    tell(copied === true ? 'Copied' : 'Not allowed')
  }
  return (
    <span className="command">
      <code>{command}</code>
      <button type="button" onClick={() => void copy()} aria-label={`Copy the command that ${purpose}`}>
        {told === '' ? 'Copy' : told}
      </button>
      <span role="status" className="hidden">
        {told}
      </span>
    </span>
  )
}
