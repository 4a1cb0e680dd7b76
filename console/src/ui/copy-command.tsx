import { CopyButton } from './copy-button.tsx'

interface CopyCommandProps {
  command: string
  /** What the command does, for screen readers, which read the button only: "Copy the command that …". */
  purpose: string
}

/** A command to run in a terminal, and a button that copies it. */
export function CopyCommand({ command, purpose }: CopyCommandProps) {
  return (
    <span className="command">
      <code>{command}</code>
      <CopyButton text={command} label={`Copy the command that ${purpose}`} />
    </span>
  )
}
