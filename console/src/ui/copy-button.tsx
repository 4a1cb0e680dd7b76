import { useEffect, useState } from 'react'

const SHOWN_MS = 2_000

/** Copies a text, and says whether it did. */
export function CopyButton({ text, label, children = 'Copy' }: { text: string; label: string; children?: string }) {
  const [outcome, setOutcome] = useState('')
  useEffect(() => {
    if (outcome === '') return
    const timer = window.setTimeout(() => setOutcome(''), SHOWN_MS)
    return () => window.clearTimeout(timer)
  }, [outcome])
  const copy = async () => {
    // Browsers lend the clipboard to pages of this machine only, and not to all of them.
    const copied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    )
    setOutcome(copied === true ? 'Copied' : 'Not allowed')
  }
  return (
    <>
      <button type="button" className="copy" onClick={() => void copy()} aria-label={label}>
        {outcome === '' ? children : outcome}
      </button>
      <span role="status" className="hidden">
        {outcome}
      </span>
    </>
  )
}
